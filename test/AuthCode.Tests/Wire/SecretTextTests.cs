using System.Text;

namespace AuthCode.Tests.Wire;

internal sealed class SecretTextTests
{
    // An array of this length serves no other test afterwards.
    private const int NotPooled = PinnedBytes.PooledSize + 1;

    [Test]
    public void It_holds_the_text_as_UTF_8()
    {
        using var secret = new SecretText("p\u00E9\uD83D\uDE00");

        Assert.That(secret.Utf8.ToArray(), Is.EqualTo(Encoding.UTF8.GetBytes("p\u00E9\uD83D\uDE00")));
    }

    [Test]
    public void It_never_prints_itself()
    {
        using var secret = new SecretText(The.Secret);

        Assert.That($"{secret}", Is.EqualTo("(secret)"));
    }

    [Test]
    public void Disposal_wipes_its_bytes()
    {
        var secret = new SecretText(new string('s', NotPooled));
        ReadOnlySpan<byte> kept = secret.Utf8;

        secret.Dispose();
        byte[] bytes = kept.ToArray();

        Assert.Multiple(() =>
        {
            Assert.That(bytes, Is.All.Zero);
            Assert.That(secret.Utf8.Length, Is.Zero);
        });
    }

    [Test]
    public void A_second_disposal_does_nothing()
    {
        var secret = new SecretText(The.Secret);
        secret.Dispose();

        Assert.That(secret.Dispose, Throws.Nothing);
    }
}
