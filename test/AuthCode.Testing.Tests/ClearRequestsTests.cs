using System.Reflection;
using WireMock.Server;

namespace AuthCode.Testing.Tests;

/// <summary>Cleared requests do not stay in memory.</summary>
internal sealed class ClearRequestsTests
{
    [Test]
    public async Task Cleared_requests_are_collected()
    {
        using var caller = new Caller();
        WeakReference[] requests = await SendAsync(caller);

        caller.Aad.ClearRequests();

        // Until here the test runs on the stack of the last response, whose frames still refer to the request.
        await Task.Yield();
        Assert.That(() => CountAlive(requests), Is.Zero.After(5000, 50));
    }

    [Test]
    public async Task The_HTTP_server_keeps_no_request_of_its_own()
    {
        using var caller = new Caller();
        await SendAsync(caller);

        caller.Aad.ClearRequests();

        // What the server holds has no public member, and the memory of the process says too little about it.
        var server = (WireMockServer)ValueOf(ValueOf(caller.Aad, "_host"), "_server");
        Assert.That(server.LogEntries, Is.Empty);
    }

    private static async Task<WeakReference[]> SendAsync(Caller caller)
    {
        for (int i = 0; i < 20; i++)
        {
            await caller.RedeemAsync("made-up");
        }

        return [.. caller.Aad.Requests.Select(static request => new WeakReference(request))];
    }

    private static int CountAlive(WeakReference[] requests)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return requests.Count(static request => request.IsAlive);
    }

    private static object ValueOf(object owner, string field) => owner.GetType().GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(owner)!;
}
