using System.Net;
using System.Text;

namespace AuthCode.Tests.Endpoints;

internal sealed class HostileErrorTests(bool isAsync) : BothWays(isAsync)
{
    [TestCase("""{"\uD83D":1,"error":"invalid_grant","error_codes":[70008]}""")]
    [TestCase("""{"error":"invalid_grant","\uD83D":1,"error_codes":[70008]}""")]
    [TestCase("""{"error":"invalid_grant","error_codes":[70008],"\uD83D":1}""")]
    [TestCase("""{"error":"invalid_grant","error_codes":[70008],"error_code\uD83D":1}""")]
    [TestCase("""{"error":"invalid_grant","error_codes":[70008],"\uD83Daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1}""")]
    [TestCase("""{"error":"invalid_grant","\uD83Daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1}""")]
    public async Task A_member_whose_name_is_bad_Unicode_hides_nothing(string json)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.BadRequest, json));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Response?.Error, Is.EqualTo("invalid_grant"), failure.ToString());
    }

    [Test]
    public async Task Temporarily_unavailable_in_a_200_is_asked_again()
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("temporarily_unavailable", 90033, status: HttpStatusCode.OK), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-2"));
    }

    [TestCase("""{"a":1}""", true)]
    [TestCase("[]", false)]
    [TestCase("text", false)]
    [TestCase("""{"a":1,"a":2}""", false)]
    public void Claims_are_kept_when_they_are_an_object(string claims, bool kept)
    {
        byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["claims"] = claims });

        TokenErrorResponse response = TokenErrorReader.Read(HttpStatusCode.BadRequest, json, null, null, Some.Redactor());

        Assert.That(response.Claims, kept ? Is.EqualTo(claims) : Is.Null);
    }

    [Test]
    public void A_secret_that_is_cut_off_leaves_no_piece_behind()
    {
        const int LongestLook = 4 * ServerText.LongestSentence;
        foreach (int before in Enumerable.Range(LongestLook - The.Verifier.Length - 1, The.Verifier.Length + 2))
        {
            // Blanks are folded, so the end of what is looked at moves to the front.
            string description = $"{new string(' ', before)}{The.Verifier}";
            byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["error_description"] = description });

            TokenErrorResponse response = TokenErrorReader.Read(HttpStatusCode.BadRequest, json, null, null, Some.Redactor(Encoding.UTF8.GetBytes(The.Verifier)));

            Assert.That(response.ErrorDescription ?? "", Does.Not.Contain(The.Verifier[..8]), $"{before}");
        }
    }

    [Test]
    public void Words_that_would_take_long_to_search_are_withheld()
    {
        // Each group of each form is found at each place, and none goes on long enough.
        byte[] secret = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 8_000).Select(static i => $"aaaaaaaa{i:X8}")));
        string text = string.Concat(Enumerable.Range(0, 2_000).Select(static _ => "aaaaaaaa "));

        Assert.That(Some.Redactor(secret).Mask(text), Is.EqualTo("(withheld)"));
    }

    [Test]
    public void The_search_for_a_secret_of_a_megabyte_allocates_little_more_than_the_secret()
    {
        const int Megabyte = 1024 * 1024;
        byte[] secret = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Megabyte / 64).Select(
            static i => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i))))));
        SecretRedactor redactor = Some.Redactor(secret);
        string piece = Encoding.ASCII.GetString(secret, Megabyte - 40, 40);
        long before = GC.GetAllocatedBytesForCurrentThread();

        string masked = redactor.Mask($"{new string('x', 900)} {piece}");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(masked, Does.EndWith("(secret)"));
        Assert.That(allocated, Is.LessThan(2 * Megabyte));
    }
}
