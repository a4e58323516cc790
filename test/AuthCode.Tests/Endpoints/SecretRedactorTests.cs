using System.Text;

namespace AuthCode.Tests.Endpoints;

/// <summary>Secrets that a server repeats are taken out of its words, as they are or encoded; honest words stay.</summary>
internal sealed class SecretRedactorTests
{
    // With characters that each encoding writes otherwise.
    private const string Secret = "0.AXo A+b/c=d&e%f~the-authorization_code?1>2";

    private static readonly string[] Neighbours = ["", "x", "xy", "xyz"];

    private static byte[] Bytes => Encoding.UTF8.GetBytes(Secret);

    private static TestCaseData<string>[] Forms =>
    [
        new(Secret) { TestName = "as it is" },
        new(Secret.ToUpperInvariant()) { TestName = "in capitals" },
        new(Uri.EscapeDataString(Secret)) { TestName = "percent-encoded" },
        new(Uri.EscapeDataString(Secret).Replace("%2B", "%2b", StringComparison.Ordinal)) { TestName = "percent-encoded in small letters" },
        new(System.Net.WebUtility.UrlEncode(Secret)) { TestName = "form-encoded" },
        new(Convert.ToHexString(Bytes)) { TestName = "in hexadecimal" },
        new(Convert.ToHexString(Bytes).ToLowerInvariant()) { TestName = "in small hexadecimal" },
        new(Convert.ToBase64String(Bytes)) { TestName = "in base64" },
        new(System.Buffers.Text.Base64Url.EncodeToString(Bytes)) { TestName = "in base64url" },
    ];

    [TestCaseSource(nameof(Forms))]
    public void A_repeated_secret_is_masked(string form)
    {
        string masked = Mask($"before {form} after");

        Assert.That(masked, Does.StartWith("before (secret)").And.EndWith(" after"));
        Assert.That(LongestCommonPart(masked, form), Is.LessThan(16));
    }

    [Test]
    public void In_base64_of_a_longer_text_it_is_masked_at_each_alignment(
        [ValueSource(nameof(Neighbours))] string before, [ValueSource(nameof(Neighbours))] string after, [Values] bool url)
    {
        byte[] text = Encoding.UTF8.GetBytes(before + Secret + after);
        string form = url ? System.Buffers.Text.Base64Url.EncodeToString(text) : Convert.ToBase64String(text);

        Assert.That(LongestCommonPart(Mask($"got {form}."), form), Is.LessThan(16));
    }

    [TestCase(0, 16)]
    [TestCase(5, 16)]
    [TestCase(0, 20)]
    [TestCase(20, 24)]
    public void A_piece_of_16_characters_or_more_is_masked(int start, int length)
    {
        string piece = Secret.Substring(start, length);

        Assert.That(Mask($"<{piece}>"), Is.EqualTo("<(secret)>"));
    }

    [TestCase(0, 15)]
    [TestCase(10, 12)]
    public void A_shorter_piece_stays_since_honest_words_have_it_too(int start, int length)
    {
        string piece = Secret.Substring(start, length);

        Assert.That(Mask($"<{piece}>"), Is.EqualTo($"<{piece}>"));
    }

    [TestCase("short-11", "it is (secret), is it?")]
    [TestCase("exactly-16-chars", "it is (secret), is it?")]
    public void A_short_secret_is_masked_where_it_stands_whole(string secret, string expected) =>
        Assert.That(Some.Redactor(Encoding.UTF8.GetBytes(secret)).Mask($"it is {secret}, is it?"), Is.EqualTo(expected));

    [Test]
    public void A_part_of_a_short_secret_stays() =>
        Assert.That(Some.Redactor(Encoding.UTF8.GetBytes("short-11")).Mask("short-1 is not it"), Is.EqualTo("short-1 is not it"));

    [TestCase("AADSTS70008: The provided authorization code or refresh token has expired due to inactivity.")]
    [TestCase("AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the client secret value.")]
    [TestCase("")]
    public void Honest_words_stay(string text) => Assert.That(Mask(text), Is.EqualTo(text));

    [Test]
    public void No_words_stay_none() => Assert.That(Some.Redactor(Bytes).Mask(null), Is.Null);

    [Test]
    public void Every_repetition_is_masked_and_of_every_secret()
    {
        var echo = Some.Redactor("the-first-secret-of-two"u8.ToArray(), "the-other-secret-of-two"u8.ToArray());

        Assert.That(
            echo.Mask("the-first-secret-of-two, the-other-secret-of-two, the-first-secret-of-two"), Is.EqualTo("(secret), (secret), (secret)"));
    }

    [Test]
    public void A_secret_beyond_ASCII_is_masked() => Assert.That(
        Some.Redactor(Encoding.UTF8.GetBytes("gehe\u00EFmnis-\uD83D\uDE00-\u20AC-long")).Mask("got gehe\u00EFmnis-\uD83D\uDE00-\u20AC-long"), Is.EqualTo("got (secret)"));

    private static string Mask(string text) => Some.Redactor(Bytes).Mask(text)!;

    private static int LongestCommonPart(string text, string form)
    {
        int length = 0;
        while (length < form.Length && Enumerable.Range(0, form.Length - length).Any(start => text.Contains(form.Substring(start, length + 1), StringComparison.OrdinalIgnoreCase)))
        {
            length++;
        }

        return length;
    }
}
