using System.Net;
using System.Text;
using Azure.Core;

namespace AuthCode.Tests.Endpoints;

internal sealed class RequestHeadersTests(bool isAsync) : BothGrants(isAsync)
{
    [Test]
    public async Task Both_grants_identify_the_client_and_what_it_understands()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.Multiple(() =>
        {
            foreach (SentRequest sent in requests)
            {
                Assert.That(sent.Header("return-client-request-id"), Is.EqualTo("true"));
                Assert.That(sent.Header("x-client-SKU"), Is.EqualTo("AuthCode.NET"));
                Assert.That(sent.Header("x-client-Ver"), Does.Match(@"^\d+\.\d+\.\d+"));
                Assert.That(sent.Header("x-client-OS"), Is.Not.Empty);
                Assert.That(sent.Header("x-ms-lib-capability"), Is.EqualTo("retry-after, h429"));
                Assert.That(sent.Header("Accept"), Is.EqualTo("application/json"));
                Assert.That(sent.Headers.UserAgent.ToString(), Does.Match(@"^AuthCode/\d+\.\d+\.\d+\S* \(\.NET \d+\.\d+\.\d+\)$"));
            }
        });
    }

    [TestCase("Origin")]
    [TestCase("Cookie")]
    [TestCase("Referer")]
    [TestCase("Authorization")]
    [TestCase("x-client-current-telemetry")]
    [TestCase("x-anchormailbox")]
    public async Task A_header_that_is_not_ours_to_send_is_not_sent(string name)
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.That(requests.Select(sent => sent.Header(name)), Is.All.Null);
    }

    [Test]
    public async Task No_header_holds_a_secret()
    {
        IReadOnlyList<SentRequest> requests = await Send(static options =>
        {
            options.CodeVerifier = The.Verifier;
            options.ClientAuthentication = ClientAuthentication.Secret(The.Secret);
        });

        Assert.That(
            requests.Select(static sent => sent.Headers.ToString()),
            Has.All.Not.Contains(The.Code).And.All.Not.Contains(The.Verifier).And.All.Not.Contains(The.Secret).And.All.Not.Contains("refresh-1"));
    }

    [TestCase("6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [TestCase("6F9619FF-8B86-D011-B42D-00C04FC964FF")]
    [TestCase("{6f9619ff-8b86-d011-b42d-00c04fc964ff}")]
    [TestCase("6f9619ff8b86d011b42d00c04fc964ff")]
    public async Task A_ParentRequestId_that_is_a_GUID_is_the_client_request_id(string parent) =>
        Assert.That(await RequestIds(parent), Is.EqualTo(new[] { "6f9619ff-8b86-d011-b42d-00c04fc964ff" }));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("no GUID")]
    [TestCase("6f9619ff-8b86-d011-b42d-00c04fc964f")]
    [TestCase("x\r\nEvil: 1")]
    public async Task Without_one_it_is_a_new_GUID_of_version_4(string? parent) =>
        Assert.That(await RequestIds(parent), Has.One.Items.And.All.Match("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));

    [Test]
    public async Task Each_request_has_a_new_one()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.That(requests.Select(static sent => sent.Header("client-request-id")), Is.Unique);
    }

    [Test]
    public async Task A_repetition_has_the_same_one([Values(null, "6f9619ff-8b86-d011-b42d-00c04fc964ff")] string? parent)
    {
        string[] ids = await RequestIds(parent, Answer.Status(HttpStatusCode.TooManyRequests, "0"), Answer.Status(HttpStatusCode.BadGateway));

        Assert.That(ids, Has.Length.EqualTo(3).And.All.EqualTo(ids[0]));
    }

    [Test]
    public async Task A_repetition_has_each_header_once()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.TooManyRequests, "0"), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential);

        Assert.That(endpoint.Requests[1].Headers.ToString(), Is.EqualTo(endpoint.Requests[0].Headers.ToString()));
    }

    [Test]
    public async Task The_routing_hint_goes_with_a_refresh_only()
    {
        IReadOnlyList<SentRequest> requests = await Send(clientInfo: Base64Url("""{"uid":"u-1","utid":"t-1"}"""));

        Assert.That(requests.Select(static sent => sent.Header("x-anchormailbox")), Is.EqualTo(new[] { null, "oid:u-1@t-1" }));
    }

    [Test]
    public async Task The_routing_hint_of_an_earlier_answer_is_kept()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(clientInfo: Base64Url("""{"uid":"u-1","utid":"t-1"}""")), Answer.Token("access-2"), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await SendBoth(credential);

        await GetToken(credential, "another");

        Assert.That(endpoint.Requests[2].Header("x-anchormailbox"), Is.EqualTo("oid:u-1@t-1"));
    }

    [TestCase("""{"uid":"u-1"}""")]
    [TestCase("""{"utid":"t-1"}""")]
    [TestCase("""{"uid":"","utid":"t-1"}""")]
    [TestCase("""{"uid":null,"utid":"t-1"}""")]
    [TestCase("""{"uid":1,"utid":"t-1"}""")]
    [TestCase("""{"uid":"u-1\r\nEvil: 1","utid":"t-1"}""")]
    [TestCase("""{"uid":"u 1","utid":"t-1"}""")]
    [TestCase("""{"uid":"u-1","utid":"t\u00E9"}""")]
    [TestCase("""{"uid":"\uD83D","utid":"t-1"}""")]
    [TestCase("""["u-1","t-1"]""")]
    [TestCase("\"uid\"")]
    [TestCase("{")]
    [TestCase("")]
    public async Task A_client_info_without_two_plain_ids_gives_no_hint_and_no_error(string json)
    {
        IReadOnlyList<SentRequest> requests = await Send(clientInfo: Base64Url(json));

        Assert.That(requests[1].Header("x-anchormailbox"), Is.Null);
    }

    [TestCase("not base64!")]
    [TestCase("a")]
    [TestCase("====")]
    [TestCase("\u00E9\u00E9\u00E9\u00E9")]
    public async Task A_client_info_that_is_no_base64url_gives_no_hint_and_no_error(string clientInfo)
    {
        IReadOnlyList<SentRequest> requests = await Send(clientInfo: clientInfo);

        Assert.That(requests[1].Header("x-anchormailbox"), Is.Null);
    }

    private async Task<string[]> RequestIds(string? parent, params Answer[] before)
    {
        var endpoint = new ScriptedEndpoint([.. before, Answer.Token()]);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await GetToken(credential, new TokenRequestContext([The.Vault], parent));

        endpoint.Verify();
        return [.. endpoint.Requests.Select(static sent => sent.Header("client-request-id")!)];
    }

    private static string Base64Url(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
