using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;

namespace AuthCode.Tests.Faults;

/// <summary>Faults on real sockets through the credential's own transport: how many requests were sent, and what is left of the code.</summary>
internal sealed class SocketFaultTests(bool isAsync) : BothWays(isAsync)
{
    /// <summary>What is left of the code after the fault.</summary>
    public enum Code
    {
        /// <summary>The next call sends it again.</summary>
        Intact,

        /// <summary>The next call fails with the same reason and sends nothing.</summary>
        Spent,
    }

    private static readonly string Nested = string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70);

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Row("F-7 truncated, with a length", Code.Spent, 1, React.Truncated(withLength: true));
        yield return Row("F-7 truncated, without a length", Code.Spent, 1, React.Truncated(withLength: false));
        yield return Row("F-8 an endless body", Code.Spent, 1, React.Endless());
        yield return Row("F-9 a gzip bomb", Code.Spent, 1, React.GzipBomb());
        yield return Row("F-10 another content type", Code.Spent, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), "text/plain"));
        yield return Row("F-10 no content type", Code.Spent, 1, React.Raw(Encoding.UTF8.GetBytes(Answer.TokenJson()), contentType: null));
        yield return Row("F-11 a page with 200", Code.Spent, 1, React.Html("200 OK"));
        yield return Row("F-11 a page with 404", Code.Intact, 1, React.Html("404 Not Found"));
        yield return Row("F-12 an error with 200", Code.Spent, 1, React.Json("""{"error":"invalid_grant"}"""));
        yield return Row("F-12 an error and a token with 200", Code.Spent, 1, React.Json("""{"error":"invalid_grant","access_token":"a","token_type":"Bearer"}"""));
        yield return Row("F-13 400 without a body", Code.Intact, 1, React.Raw([], status: "400 Bad Request"));
        yield return Row("F-14 a member twice", Code.Spent, 1, React.Json("""{"access_token":"a","access_token":"b","token_type":"Bearer"}"""));
        yield return Row("F-18 no token type", Code.Spent, 1, React.Json("""{"access_token":"a"}"""));
        yield return Row("F-18 another token type", Code.Spent, 1, React.Json("""{"access_token":"a","token_type":"mac"}"""));
        yield return Row("F-19 a line break in the token", Code.Spent, 1, React.Json("""{"access_token":"a\r\nb","token_type":"Bearer"}"""));
        yield return Row("F-25 500 twice", Code.Spent, 2, React.Html("500 Oops"), React.Html("500 Oops"));
        yield return Row("F-27 the connection ends after the request, twice", Code.Spent, 2, React.Close(), React.Close());
        yield return Row("F-27 the connection is reset after the request, twice", Code.Spent, 2, React.Reset(), React.Reset());
        yield return Row("F-39 a lone surrogate", Code.Spent, 1, React.Json("""{"access_token":"\ud800","token_type":"Bearer"}"""));
        yield return Row("F-39 invalid UTF-8", Code.Spent, 1, React.Raw([.. "{\"access_token\":\""u8, 0xC3, 0x28, .. "\",\"token_type\":\"Bearer\"}"u8]));
        yield return Row("F-40 nested deeply", Code.Spent, 1, React.Json(Nested));
        yield return Row("F-53 headers without end, twice", Code.Spent, 2, React.LongHeaders(), React.LongHeaders());
        yield return Row("F-53 interim answers without end, twice", Code.Spent, 2, React.InterimAnswers(), React.InterimAnswers());
        yield return Row("T invalid_grant", Code.Spent, 1, React.Error("invalid_grant"));
        yield return Row("T invalid_client", Code.Intact, 1, React.Error("invalid_client"));

        static TestCaseData Row(string name, Code code, int requests, params Reaction[] reactions) =>
            new TestCaseData(reactions, requests, code).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_ends_in_one_kind_of_failure_and_leaves_the_code_as_it_must(Reaction[] reactions, int requests, Code code)
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
            if (code == Code.Intact)
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
    public async Task F_5_Silence_until_the_deadline_is_asked_once_more_and_then_spends_the_code()
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
    public async Task F_6_The_deadline_covers_a_body_that_stops_dripping()
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
        yield return Row("F-15 expires_in as digits in a string", 1, React.Json(Answer.TokenJson(expiresIn: "3600")));
        yield return Row("F-16 no expires_in", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer"}"""));
        yield return Row("F-17 expires_in is no number", 1, React.Json("""{"access_token":"access-1","token_type":"Bearer","expires_in":{"a":1e400}}"""));
        yield return Row("F-21 429 and back at once", 2, React.Html("429 Slow", "Retry-After: 0\r\n"), React.Token());
        yield return Row("F-23 429 with a garbled Retry-After", 2, React.Html("429 Slow", "Retry-After: soon\r\n"), React.Token());
        yield return Row("F-24 503 once", 2, React.Html("503 No"), React.Token());
        yield return Row("F-26 408 once", 2, React.Html("408 Timeout"), React.Token());
        yield return Row("F-27 a reset once", 2, React.Reset(), React.Token());
        yield return Row("F-38 a byte order mark", 1, React.Raw([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Answer.TokenJson())]));

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

    [Test]
    public async Task F_2_A_refused_connection_is_tried_again_and_leaves_the_code()
    {
        Uri nobody;
        await using (var server = new SocketServer([]))
        {
            nobody = server.Authority;
        }

        await using AuthorizationCodeCredential credential = Credential(nobody);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.StartWith("Check the network path").And.Contain("nothing was sent"));
    }

    [Test]
    public async Task F_3_An_untrusted_certificate_gets_nothing_and_is_not_tried_again()
    {
        await using var server = new SocketServer([React.Token()], Some.Certificate());
        await using AuthorizationCodeCredential credential = Credential(server);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("Check the TLS certificate"));
            Assert.That(server.Requests, Is.Empty);
            Assert.That(server.Connections, Is.EqualTo(1));
        });
    }

    [TestCase("2100-01-01", "other.example", TestName = "F-4 A certificate of another name")]
    [TestCase("2021-01-01", "localhost", TestName = "F-4 A certificate that has expired")]
    public async Task F_4_A_certificate_that_is_trusted_but_wrong_gets_nothing_either(string notAfter, string name)
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
            Assert.That(failure.Message, Does.StartWith("Check the TLS certificate"));
            Assert.That(server.Requests, Is.Empty);
        });
    }

    [TestCase(HttpStatusCode.Moved)]
    [TestCase(HttpStatusCode.Found)]
    [TestCase(HttpStatusCode.SeeOther)]
    [TestCase(HttpStatusCode.TemporaryRedirect)]
    [TestCase(HttpStatusCode.PermanentRedirect)]
    public async Task F_20_A_redirect_is_never_followed(HttpStatusCode status)
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
    public async Task F_20_A_supplied_client_that_followed_a_redirect_fails()
    {
        await using var target = new SocketServer([React.Token()]);
        await using var server = new SocketServer([React.Redirect(HttpStatusCode.TemporaryRedirect, target.Authority)]);
        using var follower = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        await using AuthorizationCodeCredential credential = Credential(server, options => options.HttpClient = follower);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Message, Does.StartWith("Configure the supplied HttpClient not to follow redirects"));
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
