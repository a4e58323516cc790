using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>Every field of an error answer, and the correlation of requests and answers.</summary>
internal sealed class ErrorShapeTests : IDisposable
{
    private const string RequestId = "7b3f2c1d-0000-4000-8000-0123456789ab";

    private readonly Caller _caller = new(static options => options.TimeProvider = new FakeTimeProvider(The.Now));

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task An_error_has_every_field_that_Entra_ID_sends()
    {
        _caller.Headers["client-request-id"] = RequestId;

        Reply reply = await _caller.RedeemAsync("made-up");

        string timestamp = The.Now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Assert.Multiple(() =>
        {
            Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(reply.MediaType, Is.EqualTo("application/json"));
            Assert.That(reply.Json.AsObject().Select(static pair => pair.Key), Is.EquivalentTo(
                ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"]));
            Assert.That(reply["error"], Is.EqualTo("invalid_grant"));
            Assert.That(reply.Json["error_codes"]!.ToJsonString(), Is.EqualTo("[9002313]"));
            Assert.That(reply["timestamp"], Is.EqualTo(timestamp));
            Assert.That(reply["correlation_id"], Is.EqualTo(RequestId));
            Assert.That(Guid.TryParse(reply["trace_id"], out _), Is.True);
            Assert.That(reply["error_uri"], Is.EqualTo($"{_caller.Aad.AuthorityHost}error?code=9002313"));
            Assert.That(reply["error_description"], Does.StartWith("AADSTS9002313: "));
            Assert.That(reply["error_description"], Does.EndWith(
                $"\r\nTrace ID: {reply["trace_id"]}\r\nCorrelation ID: {RequestId}\r\nTimestamp: {timestamp}"));
        });
    }

    [Test]
    public async Task Without_a_request_id_the_correlation_id_is_a_new_one_each_time()
    {
        Reply[] replies = [await _caller.RedeemAsync("made-up"), await _caller.RedeemAsync("made-up")];

        Assert.That(replies.Select(static reply => Guid.Parse(reply["correlation_id"]!)), Is.Unique);
        Assert.That(replies.Select(static reply => reply["trace_id"]), Is.Unique);
    }

    [TestCase("true", RequestId)]
    [TestCase("false", null)]
    [TestCase(null, null)]
    public async Task The_request_id_comes_back_only_when_asked_for(string? asked, string? expected)
    {
        _caller.Headers["client-request-id"] = RequestId;
        if (asked is not null)
        {
            _caller.Headers["return-client-request-id"] = asked;
        }

        Reply granted = await _caller.RedeemAsync();
        Reply refused = await _caller.RedeemAsync("made-up");

        Assert.That(granted.Header("client-request-id"), Is.EqualTo(expected));
        Assert.That(refused.Header("client-request-id"), Is.EqualTo(expected));
    }

    [Test]
    public async Task No_request_id_comes_back_when_none_was_sent()
    {
        _caller.Headers["return-client-request-id"] = "true";

        Assert.That((await _caller.RedeemAsync()).Header("client-request-id"), Is.Null);
    }

    [Test]
    public async Task Tokens_and_errors_may_not_be_stored()
    {
        Reply granted = await _caller.RedeemAsync();
        Reply refused = await _caller.RedeemAsync("made-up");

        Assert.That(new[] { granted, refused }.Select(static reply => reply.Header("Cache-Control")), Has.All.EqualTo("no-store"));
        Assert.That(new[] { granted, refused }.Select(static reply => reply.Header("Pragma")), Has.All.EqualTo("no-cache"));
    }

    [Test]
    public async Task No_credential_is_repeated_in_an_error()
    {
        const string Canary = "c4n4ry";
        Reply[] replies =
        [
            await _caller.RedeemAsync(Canary),
            await _caller.RefreshAsync(Canary),
            await _caller.RedeemAsync(("client_secret", Canary)),
            await _caller.RedeemAsync(("code_verifier", Canary)),
        ];

        Assert.That(replies.Select(static reply => reply.Body), Has.None.Contains(Canary));
    }

    [Test]
    public async Task A_request_id_that_is_no_GUID_is_not_repeated()
    {
        _caller.Headers["client-request-id"] = "not-a-guid";

        Assert.That(Guid.TryParse((await _caller.RedeemAsync("made-up"))["correlation_id"], out _), Is.True);
    }
}
