namespace AuthCode.Tests;

internal sealed class NoAuthenticationTests(bool isAsync) : BothGrants(isAsync)
{
    [Test]
    public async Task A_public_client_sends_its_id_and_no_proof_on_both_grants()
    {
        IReadOnlyList<SentRequest> requests = await Send();

        Assert.Multiple(() =>
        {
            foreach (SentRequest sent in requests)
            {
                Assert.That(sent["client_id"], Is.EqualTo(The.Client));
                Assert.That(sent.Headers.Authorization, Is.Null);
                Assert.That(
                    sent.Fields.Select(static field => field.Key),
                    Has.None.EqualTo("client_secret").And.None.EqualTo("client_assertion").And.None.EqualTo("client_assertion_type"));
            }
        });
    }
}
