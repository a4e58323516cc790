using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tests;

/// <summary>A code with a challenge needs its verifier (RFC 7636), and one without takes none.</summary>
internal sealed class PkceTests : IDisposable
{
    // RFC 7636, appendix B.
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task S256_is_the_default_of_a_code()
    {
        Assert.That(new FakeAadCodeRequest().CodeChallengeMethod, Is.EqualTo("S256"));
        Assert.That(await _caller.RedeemAsync(Code(Challenge), ("code_verifier", The.Verifier)), Reply.Granted);
    }

    [Test]
    public async Task A_plain_challenge_is_its_verifier() =>
        Assert.That(await _caller.RedeemAsync(Code(The.Verifier, "plain"), ("code_verifier", The.Verifier)), Reply.Granted);

    [TestCase("plain", Challenge, The.Verifier, TestName = "A_wrong_verifier_is_refused(the S256 verifier of a plain challenge)")]
    [TestCase("S256", Challenge, Challenge, TestName = "A_wrong_verifier_is_refused(the challenge itself)")]
    [TestCase("S256", Challenge, The.Verifier + "a", TestName = "A_wrong_verifier_is_refused(one character more)")]
    [TestCase("S256", Challenge, "DBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", TestName = "A_wrong_verifier_is_refused(another letter case)")]
    [TestCase("S256", Challenge, "", TestName = "A_wrong_verifier_is_refused(empty)")]
    [TestCase("S256", Challenge, null, TestName = "A_wrong_verifier_is_refused(none)")]
    [TestCase("plain", The.Verifier, null, TestName = "A_wrong_verifier_is_refused(none for a plain challenge)")]
    [TestCase("S256", null, The.Verifier, TestName = "A_wrong_verifier_is_refused(one for a code without a challenge)")]
    [TestCase("S256", null, "", TestName = "A_wrong_verifier_is_refused(an empty one for a code without a challenge)")]
    public async Task A_wrong_verifier_is_refused(string method, string? challenge, string? verifier)
    {
        string code = Code(challenge, method);

        Reply reply = await _caller.RedeemAsync(code, ("code_verifier", verifier));

        Assert.That(reply, Reply.Refused("invalid_grant", 501481));
    }

    [Test]
    public async Task A_code_without_a_challenge_needs_no_verifier() => Assert.That(await _caller.RedeemAsync(Code(null)), Reply.Granted);

    [Test]
    public async Task A_refused_code_brings_no_tokens_later_without_the_verifier()
    {
        string code = Code(Challenge);
        await _caller.RedeemAsync(code, ("code_verifier", "wrong"));

        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("invalid_grant", 501481));
    }

    [Test]
    public async Task The_challenge_of_the_authorize_request_binds_its_code()
    {
        Reply redirect = await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault], codeChallenge: Challenge));
        string code = redirect.Returned["code"];

        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("invalid_grant", 501481));
        Assert.That(await _caller.RedeemAsync(code, ("code_verifier", The.Verifier)), Reply.Granted);
    }

    [Test]
    public async Task A_challenge_without_a_method_is_plain()
    {
        var uri = new Uri(_caller.Aad.AuthorizeUri([The.Vault]).AbsoluteUri + "&code_challenge=" + The.Verifier);
        Reply redirect = await _caller.GetAsync(uri);

        Assert.That(await _caller.RedeemAsync(redirect.Returned["code"], ("code_verifier", The.Verifier)), Reply.Granted);
    }

    [TestCase("s256")]
    [TestCase("S512")]
    [TestCase("")]
    public async Task Another_method_is_an_error_redirect(string method)
    {
        var uri = new Uri(_caller.Aad.AuthorizeUri([The.Vault], state: "s").AbsoluteUri + $"&code_challenge={Challenge}&code_challenge_method={method}");

        Dictionary<string, string> returned = (await _caller.GetAsync(uri)).Returned;

        Assert.That(returned, Contains.Key("error").WithValue("invalid_request").And.ContainKey("state").WithValue("s").And.Not.ContainKey("code"));
    }

    private string Code(string? challenge, string method = "S256") => _caller.Aad.IssueCode(new FakeAadCodeRequest
    {
        RedirectUri = _caller.Aad.RedirectUri.OriginalString,
        CodeChallenge = challenge,
        CodeChallengeMethod = method,
    });

    [Test]
    public async Task A_character_outside_ASCII_is_not_a_question_mark()
    {
        string challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(The.Verifier + "?")));

        Assert.That(await _caller.RedeemAsync(Code(challenge), ("code_verifier", The.Verifier + "é")), Reply.Refused("invalid_grant", 501481));
    }

    [TestCase("short")]
    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")]
    public async Task A_malformed_challenge_is_an_error_redirect(string challenge) =>
        Assert.That((await _caller.AuthorizeAsync(("code_challenge", challenge), ("code_challenge_method", "S256"))).Returned["error"], Is.EqualTo("invalid_request"));
}
