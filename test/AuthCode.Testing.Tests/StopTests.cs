using System.Net;

namespace AuthCode.Testing.Tests;

/// <summary>A fake that was stopped answers nobody.</summary>
internal sealed class StopTests
{
    [Test]
    public async Task A_disposed_fake_sends_no_response_on_a_kept_connection()
    {
        using var caller = new Caller();
        await caller.RedeemAsync();

        caller.Aad.Dispose();

        Assert.That(() => caller.RedeemAsync(), Throws.TypeOf<HttpRequestException>());
    }

    [Test]
    public async Task Disposing_ends_a_request_that_a_gate_holds()
    {
        using var caller = new Caller();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        caller.Aad.Options.BeforeTokenResponse = _ =>
        {
            arrived.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        Task<Reply> held = caller.RedeemAsync();
        await arrived.Task;

        caller.Aad.Dispose();

        Assert.That((await held).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }
}
