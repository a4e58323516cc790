using Azure.Core;

namespace AuthCode.Tests.Sessions;

internal sealed class CancellationTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_cancelled_token_sends_nothing()
    {
        var endpoint = new ScriptedEndpoint();
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That(
            async () => await GetToken(credential, Some.Request(), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        endpoint.Verify();
    }

    [Test]
    public async Task A_caller_who_leaves_leaves_the_others_alone()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        using var cancellation = new CancellationTokenSource();
        Task<AccessToken> leaving = GetToken(credential, Some.Request(), cancellation.Token);
        await held.Arrived;
        Task<AccessToken> staying = GetToken(credential);

        await cancellation.CancelAsync();
        OperationCanceledException? left = await Caught<OperationCanceledException>(leaving);
        held.Release();

        Assert.Multiple(async () =>
        {
            Assert.That(left!.CancellationToken, Is.EqualTo(cancellation.Token));
            Assert.That((await staying).Token, Is.EqualTo("access-1"));
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_redemption_that_everyone_has_left_is_kept_for_the_next_call()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        using var cancellation = new CancellationTokenSource();
        Task<AccessToken>[] leaving = [.. Enumerable.Range(0, 3).Select(_ => GetToken(credential, Some.Request(), cancellation.Token))];
        await held.Arrived;

        await cancellation.CancelAsync();
        foreach (Task<AccessToken> caller in leaving)
        {
            await Caught<OperationCanceledException>(caller);
        }

        held.Release();
        AccessToken next = await GetToken(credential);

        endpoint.Verify();
        Assert.That(next.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_caller_that_leaves_while_waiting_for_a_turn_affects_no_other()
    {
        Answer held = Answer.Token("access-1").Held();
        var endpoint = new ScriptedEndpoint(held, Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        using var cancellation = new CancellationTokenSource();
        Task<AccessToken> first = GetToken(credential, The.Vault);
        await held.Arrived;
        Task<AccessToken> waiting = GetToken(credential, Some.Request(The.Storage), cancellation.Token);

        await cancellation.CancelAsync();
        await Caught<OperationCanceledException>(waiting);
        held.Release();

        Assert.Multiple(async () =>
        {
            Assert.That((await first).Token, Is.EqualTo("access-1"));
            Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
        });
        endpoint.Verify();
    }

    private static async Task<TException?> Caught<TException>(Task task)
        where TException : Exception
    {
        try
        {
            await task;
        }
        catch (TException e)
        {
            return e;
        }

        Assert.Fail($"{typeof(TException).Name} was expected");
        return null;
    }
}
