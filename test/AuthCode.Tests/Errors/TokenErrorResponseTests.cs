using System.Net;

namespace AuthCode.Tests.Errors;

internal sealed class TokenErrorResponseTests
{
    [TestCase(null, null, null, "HTTP 400")]
    [TestCase("invalid_grant", null, null, "HTTP 400 invalid_grant")]
    [TestCase("invalid_grant", "consent_required", null, "HTTP 400 invalid_grant/consent_required")]
    [TestCase("invalid_grant", null, "c-1", "HTTP 400 invalid_grant (correlation id c-1)")]
    [TestCase(null, null, "c-1", "HTTP 400 (correlation id c-1)")]
    public void It_prints_status_error_and_correlation_id(string? error, string? subError, string? correlationId, string expected)
    {
        var response = new TokenErrorResponse(HttpStatusCode.BadRequest)
        {
            Error = error,
            SubError = subError,
            CorrelationId = correlationId,
            ErrorDescription = "a description",
            Claims = """{"a":"claim"}""",
        };

        Assert.That(response.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void What_the_server_did_not_say_is_absent()
    {
        var response = new TokenErrorResponse(HttpStatusCode.BadGateway);

        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
            Assert.That(response.ErrorCodes, Is.Empty);
            Assert.That(
                new object?[] { response.Error, response.ErrorDescription, response.ErrorUri, response.SubError, response.TraceId, response.CorrelationId, response.Timestamp, response.Claims, response.RetryAfter },
                Is.All.Null);
        });
    }
}
