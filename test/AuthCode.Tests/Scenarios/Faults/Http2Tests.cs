using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>Faults of HTTP/2, which a synchronous call does not speak: what the server says that it did not process counts as never sent (RFC 9113 section 8.7).</summary>
internal sealed class Http2Tests : IDisposable
{
    private readonly X509Certificate2 _certificate = Some.ServerCertificate("localhost", DateTimeOffset.MaxValue.AddYears(-1));
    private readonly HttpClient _own;

    public Http2Tests() => _own = SharedHttpClient.With(SharedCertificate.OfTheClient, (_, certificate, _, _) => certificate!.Equals(_certificate));

    private static IEnumerable<TestCaseData> Unprocessed() => Rows(
        StreamReaction.Reset(StreamError.RefusedStream),
        StreamReaction.GoAway(),
        StreamReaction.GoAway(StreamError.InternalError));

    // Whether the client has begun to send the body by then is a race, so one test alone has these.
    private static IEnumerable<TestCaseData> UnprocessedAtHeaders() =>
        Rows(StreamReaction.Reset(StreamError.RefusedStream, isAtHeaders: true), StreamReaction.GoAway(isAtHeaders: true));

    private static IEnumerable<TestCaseData> PerhapsProcessed() => Rows(
        StreamReaction.Reset(StreamError.Cancel),
        StreamReaction.Reset(StreamError.InternalError),
        StreamReaction.Reset(StreamError.Http11Required),
        StreamReaction.Reset(StreamError.NoError),
        StreamReaction.GoAwayAfterAll(),
        StreamReaction.GoAwayAfterAll(StreamError.RefusedStream),
        StreamReaction.Close());

    [TestCaseSource(nameof(Unprocessed))]
    public async Task What_the_server_did_not_process_is_sent_again_at_once(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, reaction, StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server, static options => options.Retry.MaxRetries = 0);

        AccessToken token = await GetToken(credential);

        Assert.That((token.Token, server.Reactions, server.Requests.Distinct().Count()), Is.EqualTo(("access-1", 3, 1)));
    }

    [TestCaseSource(nameof(UnprocessedAtHeaders))]
    public async Task What_the_server_did_not_process_is_sent_again_also_if_the_body_was_not_read(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server, static options => options.Retry.MaxRetries = 0);

        AccessToken token = await GetToken(credential);

        Assert.That((token.Token, server.Reactions), Is.EqualTo(("access-1", 2)));
    }

    [TestCaseSource(nameof(Unprocessed))]
    public async Task What_the_server_does_not_process_three_times_leaves_the_code(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, reaction, reaction, StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server, static options => options.Retry.MaxRetries = 0);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(async () =>
        {
            Assert.That(server.Reactions, Is.EqualTo(3));
            Assert.That(failure.Message, Does.Contain(" did not process the token request"));
            Assert.That((failure.IsTransient, (failure.InnerException as HttpRequestException)?.HttpRequestError), Is.EqualTo((true, HttpRequestError.HttpProtocolError)));
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"), "the code is intact");
        });
    }

    [TestCaseSource(nameof(Unprocessed))]
    public async Task What_the_server_did_not_process_costs_no_more_than_a_retry(StreamReaction reaction)
    {
        await using var server = new Http2Server([.. Enumerable.Repeat(reaction, 11), StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server);

        AccessToken token = await GetToken(credential);

        Assert.That((token.Token, server.Reactions), Is.EqualTo(("access-1", 12)));
    }

    [TestCaseSource(nameof(PerhapsProcessed))]
    public async Task What_the_server_may_have_processed_is_sent_once_more_and_then_spends_the_code(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, reaction, StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential);

        Assert.That((server.Reactions, failure.IsSignInRequired, later.Message), Is.EqualTo((2, true, failure.Message)));
    }

    [Test]
    public async Task A_response_that_was_lost_is_not_forgotten_when_the_server_refuses_what_comes_after_it()
    {
        StreamReaction refused = StreamReaction.Reset(StreamError.RefusedStream);
        await using var server = new Http2Server([StreamReaction.Close(), refused, refused, refused, StreamReaction.Close(), StreamReaction.Token()], _certificate);
        await using AuthorizationCodeCredential credential = OfOwnClient(server);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That((server.Reactions, failure.IsSignInRequired), Is.EqualTo((5, true)));
    }

    // Below a client that was supplied there may be a handler that repeats requests, or one that sends a copy.
    [TestCaseSource(nameof(Unprocessed))]
    public async Task Of_a_supplied_client_nobody_knows_who_repeats_the_request_so_it_counts_as_lost(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, reaction, StreamReaction.Token()]);
        using var supplied = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, Options(server, options => options.HttpClient = supplied));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That((server.Reactions, failure.IsSignInRequired), Is.EqualTo((2, true)));
        Assert.That(failure.Message, Does.Contain("tried to repeat the token request over HTTP/2 or HTTP/3:"));
    }

    [TestCaseSource(nameof(Unprocessed))]
    public async Task Of_a_supplied_client_what_the_server_did_not_process_is_sent_again_once(StreamReaction reaction)
    {
        await using var server = new Http2Server([reaction, StreamReaction.Token()]);
        using var supplied = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, Options(server, options => options.HttpClient = supplied));

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
    }

    public void Dispose()
    {
        _own.Dispose();
        _certificate.Dispose();
    }

    private static IEnumerable<TestCaseData> Rows(params StreamReaction[] reactions) =>
        reactions.Select(static reaction => new TestCaseData(reaction).SetArgDisplayNames(reaction.Name));

    private static async Task<AccessToken> GetToken(AuthorizationCodeCredential credential) => await credential.GetTokenAsync(Some.Request(), CancellationToken.None);

    private static async Task<AuthenticationFailedException> Failure(AuthorizationCodeCredential credential)
    {
        try
        {
            await GetToken(credential);
        }
        catch (AuthenticationFailedException failure)
        {
            return failure;
        }

        throw new AssertionException("a failure was expected");
    }

    private static AuthorizationCodeCredentialOptions Options(Http2Server server, Action<AuthorizationCodeCredentialOptions>? configure = null)
    {
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = server.Authority };
        options.Retry.Delay = TimeSpan.Zero;
        configure?.Invoke(options);
        return options;
    }

    /// <summary>A credential that was given no HTTP client, but for the certificate that its own one trusts.</summary>
    private AuthorizationCodeCredential OfOwnClient(Http2Server server, Action<AuthorizationCodeCredentialOptions>? configure = null)
    {
        var configured = ConfiguredClient.Create(The.Tenant, The.Client, Options(server, configure));
        ClientRegistration client = configured.Registration;
        var sender = new HttpSender(() => _own, client.Sender.Timeout, client.Time, isOwn: true);
        var sessions = new SessionFactory(
            new ClientRegistration(sender, client.Metadata, client.Profile, client.ClientId, client.Authentication, client.Time, client.Logger), configured.Sessions.Retry, settings: null);
        return new AuthorizationCodeCredential(sessions.Begin(The.Code, RedirectUri.From(The.Redirect, "redirectUri"), codeVerifier: null), configured.Tenants);
    }
}
