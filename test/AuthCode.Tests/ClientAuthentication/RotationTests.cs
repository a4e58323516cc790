using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Tests;

/// <summary>Secrets, certificates and assertion files that change while the service runs: each attempt takes the one of its moment.</summary>
internal sealed class RotationTests(bool isAsync) : BothGrants(isAsync)
{
    private int _calls;

    [Test]
    public async Task A_secret_is_asked_for_anew([Values] ClientSecretMethod method)
    {
        IReadOnlyList<SentRequest> requests = await Send(options => options.ClientAuthentication = ClientAuthentication.Secret(
            _ => ValueTask.FromResult($"secret-{Interlocked.Increment(ref _calls)}"), method));

        Assert.That(
            requests.Select(sent => method == ClientSecretMethod.Post ? sent["client_secret"] : Basic(sent).Split(':')[1]), Is.EqualTo(new[] { "secret-1", "secret-2" }));
    }

    [Test]
    public async Task A_certificate_is_asked_for_anew()
    {
        using X509Certificate2 next = Some.Certificate();
        X509Certificate2[] certificates = [SharedCertificate.OfTheClient, next];
        IReadOnlyList<SentRequest> requests = await Send(options => options.ClientAuthentication = ClientAuthentication.Certificate(
            async _ =>
            {
                await Task.Yield();
                return certificates[Interlocked.Increment(ref _calls) - 1];
            },
            new ClientAssertionOptions()));

        Assert.That(requests.Select((sent, i) => new Jwt(sent["client_assertion"]!).IsSignedBy(certificates[i])), Is.All.True);
    }

    [Test]
    public async Task An_assertion_file_is_read_anew()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "e30.e30.one\n");
            var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token());
            await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = ClientAuthentication.AssertionFile(path));
            await GetToken(credential, The.Vault);
            await File.WriteAllTextAsync(path, "e30.e30.two");
            await GetToken(credential, The.Storage);

            Assert.That(endpoint.Requests.Select(static sent => sent["client_assertion"]), Is.EqualTo(new[] { "e30.e30.one", "e30.e30.two" }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("")]
    [TestCase("two words")]
    [TestCase(null)]
    public async Task A_file_without_an_assertion_sends_nothing_and_leaves_the_code(string? content)
    {
        string path = Path.GetTempFileName();
        try
        {
            if (content is null)
            {
                File.Delete(path);
            }
            else
            {
                await File.WriteAllTextAsync(path, content);
            }

            var endpoint = new ScriptedEndpoint();
            await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = ClientAuthentication.AssertionFile(path));

            Assert.That((await Failure(credential)).Message, Does.StartWith("The client authentication failed"));
            endpoint.Verify();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task What_a_callback_returns_is_checked_and_nothing_sent()
    {
        using X509Certificate2 expired = Some.Certificate(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using X509Certificate2 open = X509CertificateLoader.LoadCertificate(SharedCertificate.OfTheClient.RawData);
        (ClientAuthentication Authentication, string? Parameter)[] bad =
        [
            (ClientAuthentication.Secret(static _ => ValueTask.FromResult<string>(null!), ClientSecretMethod.Post), null),
            (ClientAuthentication.Secret(static _ => ValueTask.FromResult(" "), ClientSecretMethod.Post), "getSecret"),
            (ClientAuthentication.Secret(static _ => throw new InvalidOperationException("no vault"), ClientSecretMethod.Post), null),
            (ClientAuthentication.Certificate(_ => ValueTask.FromResult(expired), new ClientAssertionOptions()), "getCertificate"),
            (ClientAuthentication.Certificate(_ => ValueTask.FromResult(open), new ClientAssertionOptions()), "getCertificate"),
            (ClientAuthentication.Certificate(_ => ValueTask.FromResult(SharedCertificate.OfTheClient), new ClientAssertionOptions { Algorithm = ClientAssertionAlgorithm.ES256 }), "getCertificate"),
        ];
        foreach ((ClientAuthentication authentication, string? parameter) in bad)
        {
            var endpoint = new ScriptedEndpoint();
            await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = authentication);

            AuthenticationFailedException failure = await Failure(credential);

            endpoint.Verify();
            Assert.That(failure.Message, Does.StartWith("The client authentication failed").And.Contain("nothing was sent"));
            Assert.That(failure.InnerException, Is.Not.Null);
            Assert.That((failure.InnerException as ArgumentException)?.ParamName, Is.EqualTo(parameter));
        }
    }

    [Test]
    public void Callbacks_and_paths_that_cannot_be_used_are_refused() => Assert.Multiple(static () =>
    {
        Assert.That(static () => ClientAuthentication.Secret((Func<CancellationToken, ValueTask<string>>)null!, ClientSecretMethod.Post), Refusal.OfNull("getSecret"));
        Assert.That(
            static () => ClientAuthentication.Secret(static _ => ValueTask.FromResult("x"), (ClientSecretMethod)7),
            Refusal.Of<ArgumentOutOfRangeException>("method", "Pass ClientSecretMethod.Post or ClientSecretMethod.Basic."));
        Assert.That(static () => ClientAuthentication.Certificate((Func<CancellationToken, ValueTask<X509Certificate2>>)null!, new ClientAssertionOptions()), Refusal.OfNull("getCertificate"));
        Assert.That(static () => ClientAuthentication.Certificate(static _ => ValueTask.FromResult(SharedCertificate.OfTheClient), null!), Refusal.OfNull("options"));
        Assert.That(static () => ClientAuthentication.AssertionFile(null!), Refusal.OfNull("path"));
        Assert.That(static () => ClientAuthentication.AssertionFile("token"), Refusal.Of("path", "The path must be absolute"));
        Assert.That(static () => ClientAuthentication.AssertionFile(""), Refusal.Of("path", "The path must be absolute"));
    });

    private static string Basic(SentRequest sent) =>
        System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(sent.Headers.Authorization!.Parameter!));
}
