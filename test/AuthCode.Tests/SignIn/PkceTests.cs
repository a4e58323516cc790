namespace AuthCode.Tests.SignIn;

/// <summary>Verifier and challenge.</summary>
internal sealed class PkceTests
{
    // RFC 7636, appendix B.
    [Test]
    public void The_challenge_is_that_of_the_RFC() =>
        Assert.That(Pkce.ChallengeOf(CodeVerifier.Parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "codeVerifier")), Is.EqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));

    [Test]
    public void Verifiers_are_43_unreserved_characters_and_never_the_same()
    {
        string[] all = [.. Enumerable.Range(0, 20_000).Select(static _ => Pkce.NewSecret())];

        Assert.Multiple(() =>
        {
            Assert.That(all, Has.All.Length.EqualTo(43));
            Assert.That(all.All(static secret => Characters.AreUnreserved(secret)), Is.True);
            Assert.That(all.Distinct().Count(), Is.EqualTo(all.Length));
        });
    }

    [Test]
    public void Every_character_is_about_as_frequent_as_any_other()
    {
        const int Secrets = 20_000;

        // The last character of a secret carries four bits only.
        int[] counts = [.. Enumerable.Range(0, Secrets).SelectMany(static _ => Pkce.NewSecret()[..42]).GroupBy(static c => c).Select(static group => group.Count())];

        Assert.That(counts, Has.Length.EqualTo(64));
        Assert.That(counts, Has.All.InRange(Secrets * 42 / 64 * 0.9, Secrets * 42 / 64 * 1.1));
    }
}
