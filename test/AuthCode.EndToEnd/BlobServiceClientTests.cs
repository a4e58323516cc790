using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AuthCode.EndToEnd;

/// <summary>Storage's client, which asks with CAE on and learns the tenant from the account's challenge.</summary>
[TestFixture(true, TestName = "Async")]
[TestFixture(false, TestName = "Sync")]
internal sealed class BlobServiceClientTests(bool isAsync)
{
    private const string Claims = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";
    private const string Listing = """
        <?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs><Blob><Name>cat.jpg</Name><Properties><Content-Length>1</Content-Length></Properties></Blob></Blobs><NextMarker /></EnumerationResults>
        """;

    [Test]
    public async Task Calls_carry_a_token_for_storage_with_CAE_and_share_one_request()
    {
        using var user = new SignedIn();
        using var storage = new StubService(static (_, token) => token is null ? new HttpResponseMessage(System.Net.HttpStatusCode.Forbidden) : StubService.Ok(Listing, "application/xml"));
        BlobContainerClient container = Container(user, storage);

        await List(container);
        string[] names = await List(container);

        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(new[] { "cat.jpg" }));
            Assert.That(user.Aad.TokenRequests, Has.Count.EqualTo(1));
            Assert.That(storage.Tokens[0]!.Audiences, Is.EqualTo(new[] { "https://storage.azure.com" }));
            Assert.That(storage.Tokens[0]!.GetClaim("xms_cc").Value, Is.EqualTo("cp1"));
        });
    }

    [Test]
    public async Task A_tenant_challenge_leads_to_a_token_of_that_tenant()
    {
        using var user = new SignedIn();
        await user.RedeemAsync();
        using var storage = new StubService((_, token) => token?.GetClaim("tid").Value == user.Aad.TenantIdOf(SignedIn.OtherTenant)
            ? StubService.Ok(Listing, "application/xml")
            : StubService.Challenge($"Bearer authorization_uri={new Uri(user.Aad.AuthorityHost, SignedIn.OtherTenant)}/oauth2/authorize resource_id=https://storage.azure.com"));

        string[] names = await List(Container(user, storage, static options => options.EnableTenantDiscovery = true));

        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(new[] { "cat.jpg" }));
            Assert.That(user.Aad.TokenRequests[^1].TenantId, Is.EqualTo(SignedIn.OtherTenant));
        });
    }

    [Test]
    public async Task A_call_succeeds_after_a_claims_challenge()
    {
        using var user = new SignedIn();
        string? revoked = null;
        using var storage = new StubService((_, token) =>
        {
            revoked ??= token!.EncodedToken;
            return token!.EncodedToken == revoked ? StubService.Challenge(user.Aad.CreateClaimsChallenge(Claims)) : StubService.Ok(Listing, "application/xml");
        });
        BlobContainerClient container = Container(user, storage);

        await List(container);
        string[] names = await List(container);

        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(new[] { "cat.jpg" }));
            Assert.That(user.Aad.TokenRequests, Has.Count.EqualTo(2));
            Assert.That(user.Aad.TokenRequests[1].Form["claims"], Does.Contain("CP1").And.Contain("1700000000"));
            Assert.That(storage.Tokens, Has.Count.EqualTo(3), "challenged, answered, and the call after that without a challenge");
        });
    }

    private static BlobContainerClient Container(SignedIn user, StubService storage, Action<BlobClientOptions>? configure = null)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(storage)) };
        configure?.Invoke(options);
        return new BlobServiceClient(new Uri("https://account.blob.core.windows.net"), user.Credential, options).GetBlobContainerClient("photos");
    }

    private async Task<string[]> List(BlobContainerClient container)
    {
        if (!isAsync)
        {
            return [.. container.GetBlobs().Select(static blob => blob.Name)];
        }

        var names = new List<string>();
        await foreach (BlobItem blob in container.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return [.. names];
    }
}
