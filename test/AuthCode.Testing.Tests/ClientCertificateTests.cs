using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tests;

/// <summary>A client that signs assertions with a certificate (<c>private_key_jwt</c>).</summary>
internal sealed class ClientCertificateTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Now);
    private readonly X509Certificate2 _registered = Some.Certificate();
    private readonly X509Certificate2 _unknown = Some.Certificate();
    private readonly Caller _caller;

    public ClientCertificateTests() => _caller = new Caller(options =>
    {
        options.TimeProvider = _clock;
        options.ClientSecret = null;
        options.Certificates = [_registered];
    });

    private Assertion Good => new(_registered, _caller.Aad.ClientId, _caller.Aad.TokenEndpoint(_caller.Tenant), The.Now);

    public void Dispose()
    {
        _caller.Dispose();
        _registered.Dispose();
        _unknown.Dispose();
    }

    [TestCase(SecurityAlgorithms.RsaSsaPssSha256)]
    [TestCase(SecurityAlgorithms.RsaSha256)]
    public async Task A_signed_assertion_is_accepted(string algorithm) => Assert.That(await SendAsync(Good with { Algorithm = algorithm }), Reply.Granted);

    [Test]
    public async Task It_is_bound_to_the_endpoint_that_it_is_sent_to()
    {
        Assertion home = Good;
        _caller.Tenant = The.OtherTenant;

        Assert.That(await SendAsync(home), Refused);
        Assert.That(await SendAsync(Good), Reply.Granted);
    }

    [Test]
    public async Task It_works_for_a_refresh_too()
    {
        string refreshToken = (await SendAsync(Good)).RefreshToken!;

        Reply reply = await _caller.RefreshAsync(refreshToken, ("client_assertion_type", Assertion.Type), ("client_assertion", (Good with { Id = "assertion-2" }).Make()));

        Assert.That(reply, Reply.Granted);
    }

    [Test]
    public async Task The_same_assertion_again_is_refused()
    {
        Assert.That(await SendAsync(Good), Reply.Granted);
        Assert.That(await SendAsync(Good), Refused);
        Assert.That(await SendAsync(Good with { Id = "assertion-2" }), Reply.Granted);
    }

    [Test]
    public async Task Of_twenty_at_once_with_the_same_id_one_is_accepted()
    {
        string assertion = Good.Make();

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(assertion)));

        Assert.That(replies, Has.Exactly(1).Matches(Reply.Granted.Resolve()));
        Assert.That(replies, Has.Exactly(19).Matches(Refused.Resolve()));
    }

    [Test]
    public async Task A_wrong_audience_is_refused([Values("https://login.microsoftonline.com/", "the-client", null)] string? audience) =>
        Assert.That(await SendAsync(Good with { Audience = audience }), Refused);

    [Test]
    public async Task Another_issuer_or_subject_is_refused()
    {
        Assert.That(await SendAsync(Good with { Issuer = The.Client }), Refused);
        Assert.That(await SendAsync(Good with { Subject = The.Client }), Refused);
    }

    [Test]
    public async Task An_unregistered_key_is_refused() => Assert.That(await SendAsync(Good with { Key = _unknown, Thumbprint = _registered }), Refused);

    [Test]
    public async Task The_key_must_be_that_of_the_thumbprint()
    {
        _caller.Aad.Options.Certificates = [_registered, _unknown];

        Assert.That(await SendAsync(Good with { Key = _unknown, Thumbprint = _registered }), Refused);
        Assert.That(await SendAsync(Good with { Key = _unknown, Thumbprint = _unknown }), Reply.Granted);
    }

    [Test]
    public async Task An_assertion_without_a_thumbprint_is_refused() => Assert.That(await SendAsync(Good with { Thumbprint = null }), Refused);

    [Test]
    public async Task An_unregistered_thumbprint_is_refused() => Assert.That(await SendAsync(Good with { Thumbprint = _unknown }), Refused);

    [Test]
    public async Task An_assertion_without_an_id_is_refused([Values("", null)] string? id) => Assert.That(await SendAsync(Good with { Id = id }), Refused);

    [Test]
    public async Task An_assertion_without_an_end_is_refused() => Assert.That(await SendAsync(Good with { Life = null }), Refused);

    // Five minutes of skew are allowed; the times of a JWT are whole seconds.
    [TestCase(0, 14 * 60 + 59, HttpStatusCode.OK)]
    [TestCase(0, 15 * 60, HttpStatusCode.Unauthorized)]
    [TestCase(300, 0, HttpStatusCode.OK)]
    [TestCase(301, 0, HttpStatusCode.Unauthorized)]
    public async Task Its_times_are_read_on_the_fakes_clock(int validInSeconds, int sentAfterSeconds, HttpStatusCode expected)
    {
        _caller.Aad.Options.CodeLifetime = The.Hour;
        string assertion = (Good with { Wait = TimeSpan.FromSeconds(validInSeconds) }).Make();
        _clock.Advance(TimeSpan.FromSeconds(sentAfterSeconds));

        Assert.That((await SendAsync(assertion)).Status, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("garbage")]
    [TestCase("a.b.c")]
    [TestCase("eyJhbGciOiJub25lIn0.e30.")]
    public async Task Garbage_is_refused(string assertion) => Assert.That(await SendAsync(assertion), Refused);

    [Test]
    public async Task Another_assertion_type_is_refused([Values("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", null)] string? type) => Assert.That(
        await _caller.RedeemAsync(("client_assertion_type", type), ("client_assertion", Good.Make())), Refused);

    [Test]
    public async Task Neither_a_secret_nor_nothing_stands_for_the_certificate()
    {
        Assert.That(await _caller.RedeemAsync(("client_secret", "fake-aad-client-secret")), Reply.Refused("invalid_client", 7000215, HttpStatusCode.Unauthorized));
        Assert.That(await _caller.RedeemAsync(), Reply.Refused("invalid_client", 7000218, HttpStatusCode.Unauthorized));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused => Reply.Refused("invalid_client", 700027, HttpStatusCode.Unauthorized);

    private Task<Reply> SendAsync(Assertion assertion) => SendAsync(assertion.Make());

    private Task<Reply> SendAsync(string assertion) => _caller.RedeemAsync(("client_assertion_type", Assertion.Type), ("client_assertion", assertion));
}
