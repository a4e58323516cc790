using System.Security.Cryptography;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Keys that cannot sign a proof: nothing is sent, and the exception says why.</summary>
internal sealed class ProofFailureTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string Message = "The DPoP proof of the request could not be signed, so nothing was sent.";

    [Test]
    public async Task A_token_request_says_that_its_proof_could_not_be_signed()
    {
        var remote = new RemoteKey();
        using var key = new DPoPKey(remote);
        await using AuthorizationCodeCredential credential = Credential(options => options.DPoPKey = key);
        remote.IsDown = true;

        AuthenticationFailedException failure = await Failure(credential, Some.Request("read"));
        remote.IsDown = false;
        Server.Answers["/token"] = _ => Provider.Json(System.Net.HttpStatusCode.OK, Server.Token(type: "DPoP"));

        Assert.Multiple(async () =>
        {
            Assert.That(failure.Message, Does.StartWith(Message));
            Assert.That(failure.InnerException, Is.TypeOf<CryptographicException>());
            Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-1"), "the code is intact");
        });
    }

    [Test]
    public async Task A_userinfo_request_says_that_its_proof_could_not_be_signed([Values] bool isDisposed)
    {
        var remote = new RemoteKey();
        using DPoPKey key = isDisposed ? new DPoPKey() : new DPoPKey(remote);
        AuthorizationCodeClient client = Client(options => options.DPoPKey = key);
        SignedInUser user = await SignIn(client, type: "DPoP");
        remote.IsDown = true;
        if (isDisposed)
        {
            key.Dispose();
        }

        AuthenticationFailedException? failure = Assert.CatchAsync(() => client.GetUserInfoAsync(user)) as AuthenticationFailedException;

        Assert.That(failure?.Message, Does.StartWith(Message));
        Assert.That(failure!.InnerException, isDisposed ? Is.TypeOf<ObjectDisposedException>() : Is.TypeOf<CryptographicException>());
        Assert.That(Server.At("/userinfo"), Is.Empty);
    }

    [Test]
    public async Task Whether_a_form_may_be_sent_is_asked_after_its_proof_was_signed()
    {
        var remote = new RemoteKey();
        using var key = new DPoPKey(remote);
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(Server), TimeProvider = Time, DPoPKey = key };
        var endpoints = new EndpointClient(ConfiguredClient.Create(ServerWith(null), The.Client, options).Registration);
        int signed = remote.Signatures;
        int? signedBefore = null;
        var form = new Form(() =>
        {
            signedBefore = remote.Signatures - signed;
            return true;
        });
        var address = new Uri(Provider.TokenEndpoint);

        using HttpExchange exchange = IsAsync ? await endpoints.PostAsync(address, form, default) : endpoints.Post(address, form, default);

        Assert.That((signedBefore, exchange.Exception), Is.EqualTo(((int?)1, (Exception?)null)));
    }

    private sealed class Form : EndpointForm
    {
        internal Form(Func<bool> mayBeSent)
            : base(Guid.Empty, carriesProof: true) => MayBeSent = mayBeSent;

        internal override void Write(FormBody form, ServerProfile profile) => form.Add("grant_type", "refresh_token");
    }

    /// <summary>A key that something else holds, such as a service over the network.</summary>
    private sealed class RemoteKey : ECDsa
    {
        private readonly ECDsa _key = Create(ECCurve.NamedCurves.nistP256);

        internal bool IsDown { get; set; }

        internal int Signatures { get; private set; }

        public override int KeySize => _key.KeySize;

        public override ECParameters ExportParameters(bool includePrivateParameters) => _key.ExportParameters(includePrivateParameters);

        public override byte[] SignHash(byte[] hash)
        {
            Signatures++;
            return IsDown ? throw new CryptographicException("the service does not respond") : _key.SignHash(hash);
        }

        public override bool VerifyHash(byte[] hash, byte[] signature) => _key.VerifyHash(hash, signature);

        protected override void Dispose(bool disposing)
        {
            _key.Dispose();
            base.Dispose(disposing);
        }
    }
}
