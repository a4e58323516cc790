using System.Net;

namespace AuthCode.Tests.Errors;

internal sealed class AuthenticationFailedExceptionTests
{
    private readonly Exception _cause = new FormatException();
    private readonly TokenErrorResponse _response = new(HttpStatusCode.BadRequest) { Error = "invalid_grant" };

    [Test]
    public void It_has_its_message_alone()
    {
        var exception = new AuthenticationFailedException("message");

        Assert.That((exception.Message, exception.InnerException, exception.Response), Is.EqualTo(("message", (Exception?)null, (TokenErrorResponse?)null)));
    }

    [Test]
    public void It_has_its_cause()
    {
        var exception = new AuthenticationFailedException("message", _cause);

        Assert.That((exception.Message, exception.InnerException, exception.Response), Is.EqualTo(("message", _cause, (TokenErrorResponse?)null)));
    }

    [Test]
    public void It_has_the_response_of_the_server()
    {
        var exception = new AuthenticationFailedException("message", _cause, _response);

        Assert.That((exception.Message, exception.InnerException, exception.Response), Is.EqualTo(("message", _cause, _response)));
    }

    [Test]
    public void A_failure_becomes_a_new_exception_each_time()
    {
        var failure = new Failure("message", _cause, _response);

        AuthenticationFailedException one = failure.ToException();
        AuthenticationFailedException other = failure.ToException();

        Assert.Multiple(() =>
        {
            Assert.That(other, Is.Not.SameAs(one));
            Assert.That((other.Message, other.InnerException, other.Response), Is.EqualTo(("message", _cause, _response)));
        });
    }

    [TestCase(null, null, null, "advice The server responded with HTTP 400.")]
    [TestCase("invalid_grant", null, null, "advice The server responded with HTTP 400, invalid_grant.")]
    [TestCase("invalid_grant", "bad_token", null, "advice The server responded with HTTP 400, invalid_grant (bad_token).")]
    [TestCase("invalid_grant", "bad_token", "AADSTS70008: Expired.", "advice The server responded with HTTP 400, invalid_grant (bad_token): AADSTS70008: Expired.")]
    public void The_servers_words_come_last(string? error, string? subError, string? description, string expected) => Assert.That(
        "advice" + Failure.WordsOf(new TokenErrorResponse(HttpStatusCode.BadRequest) { Error = error, SubError = subError, ErrorDescription = description }),
        Is.EqualTo(expected));
}
