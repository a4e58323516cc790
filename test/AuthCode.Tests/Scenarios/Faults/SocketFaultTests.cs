using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Faults;

/// <summary>Faults on real sockets through the credential's own transport: how many requests were sent, and what is left of the code.</summary>
internal sealed class SocketFaultTests(bool isAsync) : BothWays(isAsync)
{
    [TestCaseSource(typeof(FaultRows), nameof(FaultRows.All))]
    public async Task A_fault_ends_in_one_kind_of_failure_and_leaves_the_code_as_it_must(Reaction[] reactions, int requests, Left left)
    {
        await using var server = new SocketServer([.. reactions, React.Token("access-next")]);
        await using AuthorizationCodeCredential credential = Credential(server);

        AuthenticationFailedException failure = await Failure(credential);
        int sent = server.Requests.Count;

        Assert.Multiple(async () =>
        {
            Assert.That(sent, Is.EqualTo(requests));
            Assert.That(failure.ToString(), Has.Length.LessThanOrEqualTo(8 * 1024));
            Assert.That(failure.Message, Does.Not.Contain('\n').And.Not.Contain(The.Code));
            if (left == Left.TheGrant)
            {
                Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-next"));
                Assert.That(server.Requests[^1], Does.StartWith("client_id=").And.Contain("authorization_code"));
            }
            else
            {
                Assert.That((await Failure(credential)).Message, Is.EqualTo(failure.Message));
                Assert.That(server.Requests, Has.Count.EqualTo(requests));
            }
        });
    }

    [Test]
    public async Task Silence_until_the_deadline_is_asked_once_more_and_then_spends_the_code()
    {
        await using var server = new SocketServer([React.Silence(), React.Silence()]);
        await using AuthorizationCodeCredential credential = Credential(server, static options => options.Retry.NetworkTimeout = TimeSpan.FromSeconds(1));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(server.Requests, Has.Count.EqualTo(2));
            Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
        });
    }

    [Test]
    public async Task The_deadline_covers_a_body_that_stops_dripping()
    {
        await using var server = new SocketServer([React.Drip()]);
        await using AuthorizationCodeCredential credential = Credential(server, static options => options.Retry.NetworkTimeout = TimeSpan.FromSeconds(1));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(server.Requests, Has.Count.EqualTo(1));
            Assert.That(failure.Message, Does.Contain("cut off"));
            Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
        });
    }

    private static IEnumerable<TestCaseData> Healed()
    {
        yield return Row("expires_in as digits in a string", 1, React.Json(Answer.TokenJson(expiresIn: "3600")));
        yield return Row("no expires_in", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer","refresh_token":"refresh-1"}"""));
        yield return Row("expires_in is no number", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer","expires_in":{"a":1e400}}"""));
        yield return Row("expires_in is below zero", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer","expires_in":-1}"""));
        yield return Row("expires_in has a fraction", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer","expires_in":3599.5}"""));
        yield return Row("429 and back at once", 2, React.Html("429 Slow", "Retry-After: 0\r\n"), React.Token());
        yield return Row("429 with a garbled Retry-After", 2, React.Html("429 Slow", "Retry-After: soon\r\n"), React.Token());
        yield return Row("503 once", 2, React.Html("503 No"), React.Token());
        yield return Row("408 once", 2, React.Html("408 Timeout"), React.Token());
        yield return Row("a reset once", 2, React.Reset(), React.Token());
        yield return Row("a byte order mark", 1, React.Raw([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Answer.TokenJson())]));

        static TestCaseData Row(string name, int requests, params Reaction[] reactions) =>
            new TestCaseData(reactions, requests).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Healed))]
    public async Task A_fault_that_passes_ends_in_a_token(Reaction[] reactions, int requests)
    {
        await using var server = new SocketServer(reactions);
        await using AuthorizationCodeCredential credential = Credential(server, static options => options.Retry.Delay = TimeSpan.Zero);

        AccessToken token = await GetToken(credential);

        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-1"));
            Assert.That(token.ExpiresOn, Is.LessThanOrEqualTo(TimeProvider.System.GetUtcNow().AddHours(1)));
            Assert.That(server.Requests, Has.Count.EqualTo(requests));
        });
    }

    // Half a second is less than any wait below, so that the call ends at once and says what it was told.
    [TestCase("Mon, 23 Nov 2026 12:00:30 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", 30, TestName = "a date is read against the server's own clock")]
    [TestCase("Mon, 23 Nov 2026 11:59:00 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", 1, TestName = "a date that has passed is the shortest wait")]
    public async Task A_date_to_come_back_on_is_told(string retryAfter, string date, int seconds)
    {
        await using var server = new SocketServer([React.Html("429 Slow", $"Date: {date}\r\nRetry-After: {retryAfter}\r\n")]);
        await using AuthorizationCodeCredential credential = Credential(server, static options => options.Retry.MaxDelay = TimeSpan.FromSeconds(0.5));

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Response?.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_name_that_does_not_resolve_is_tried_again_and_leaves_the_code()
    {
        await using var server = new SocketServer([React.Token()]);
        bool resolves = false;
        int lookups = 0;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                lookups++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(resolves ? server.Authority.Host : "no-such-host.invalid", server.Authority.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        await using AuthorizationCodeCredential credential = Credential(server, options => options.HttpClient = client);

        AuthenticationFailedException failure = await Failure(credential);
        int failedLookups = lookups;
        resolves = true;
        AccessToken token = await GetToken(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("Check the network path").And.Contain("nothing was sent"));
            Assert.That(failedLookups, Is.EqualTo(4));
            Assert.That(token.Token, Is.EqualTo("access-1"));
        });
    }

    [Test]
    public async Task A_refused_connection_is_tried_again_and_leaves_the_code()
    {
        Uri nobody;
        await using (var server = new SocketServer([]))
        {
            nobody = server.Authority;
        }

        await using AuthorizationCodeCredential credential = Credential(nobody);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.Contain("Check the network path").And.Contain("nothing was sent"));
    }

    [Test]
    public async Task An_untrusted_certificate_gets_nothing_and_is_not_tried_again()
    {
        await using var server = new SocketServer([React.Token()], Some.Certificate());
        await using AuthorizationCodeCredential credential = Credential(server);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The secure connection"));
            Assert.That(server.Requests, Is.Empty);
            Assert.That(server.Connections, Is.EqualTo(1));
        });
    }

    [TestCase("2100-01-01", "other.example", TestName = "A certificate of another name")]
    [TestCase("2021-01-01", "localhost", TestName = "A certificate that has expired")]
    public async Task A_certificate_that_is_trusted_but_wrong_gets_nothing_either(string notAfter, string name)
    {
        using X509Certificate2 certificate = Some.ServerCertificate(name, DateTimeOffset.Parse(notAfter, System.Globalization.CultureInfo.InvariantCulture));
        await using var server = new SocketServer([React.Token()], certificate);
        using var trusting = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        await using AuthorizationCodeCredential credential = Credential(
            new Uri($"https://localhost:{server.Authority.Port}/"), options => options.HttpClient = trusting);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The secure connection"));
            Assert.That(server.Requests, Is.Empty);
        });
    }

    [TestCase(HttpStatusCode.Moved)]
    [TestCase(HttpStatusCode.Found)]
    [TestCase(HttpStatusCode.SeeOther)]
    [TestCase(HttpStatusCode.TemporaryRedirect)]
    [TestCase(HttpStatusCode.PermanentRedirect)]
    public async Task A_redirect_is_never_followed(HttpStatusCode status)
    {
        await using var target = new SocketServer([]);
        await using var server = new SocketServer([React.Redirect(status, target.Authority), React.Token()]);
        await using AuthorizationCodeCredential credential = Credential(server);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.Contain("redirect"));
            Assert.That(target.Connections, Is.Zero);
            Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"));
        });
    }

    [Test]
    public async Task A_supplied_client_that_followed_a_redirect_fails()
    {
        await using var target = new SocketServer([React.Token()]);
        await using var server = new SocketServer([.. Enumerable.Repeat(React.Redirect(HttpStatusCode.TemporaryRedirect, target.Authority), 5)]);
        using var follower = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        await using AuthorizationCodeCredential credential = Credential(server, options => options.HttpClient = follower);

        AuthenticationFailedException failure = await Failure(credential);
        await Failure(credential);

        // Nobody can tell it from a handler that changed the address and lost a response.
        Assert.That(failure.Message, Does.Contain("The supplied HttpClient followed a redirect"));
        Assert.That((server.Requests.Count, target.Requests.Count(static body => body.Contains("code", StringComparison.Ordinal))), Is.EqualTo((2, 0)));
    }

    private static AuthorizationCodeCredential Credential(SocketServer server, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        Credential(server.Authority, configure);

    private static AuthorizationCodeCredential Credential(Uri authority, Action<AuthorizationCodeCredentialOptions>? configure = null)
    {
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = authority };
        options.Retry.Delay = TimeSpan.Zero;
        configure?.Invoke(options);
        return new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
    }
}
