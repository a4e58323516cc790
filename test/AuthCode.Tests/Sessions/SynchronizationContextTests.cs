using System.Collections.Concurrent;
using Azure.Core;

namespace AuthCode.Tests.Sessions;

/// <summary>The synchronous path on a thread with a synchronization context, as a user interface has: nothing may wait for that thread.</summary>
internal sealed class SynchronizationContextTests
{
    [Test]
    public void A_callback_that_awaits_on_the_callers_context_does_not_deadlock([Values] bool cancellable)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options =>
            options.ClientAuthentication = ClientAuthentication.Assertion(static async _ =>
            {
                await Task.Yield();
                return "assertion-1";
            }));
        using var source = new CancellationTokenSource();

        AccessToken token = OnABusyContext(() => credential.GetToken(Some.Request(), cancellable ? source.Token : CancellationToken.None));

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public void A_handler_without_a_synchronous_form_does_not_deadlock()
    {
        using var handler = new Yielding();
        using AuthorizationCodeCredential credential = Some.Credential(handler);

        AccessToken[] tokens = OnABusyContext(
            () => new[] { credential.GetToken(Some.Request(The.Vault), default), credential.GetToken(Some.Request(The.Storage), default) });

        Assert.That(tokens.Select(static token => token.Token), Is.EqualTo(new[] { "access-1", "access-2" }));
    }

    private static T OnABusyContext<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Queueing());
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.That(done.Task.Wait(TimeSpan.FromMinutes(1)), Is.True, "a deadlock");
        return done.Task.Result;
    }

    // What is posted waits for the thread to come back, which it does not while it waits itself.
    private sealed class Queueing : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback, object?)> _queue = new();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));
    }

    private sealed class Yielding : HttpMessageHandler
    {
        private int _requests;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            string json = Answer.TokenJson($"access-{++_requests}");
            return new HttpResponseMessage { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"), RequestMessage = request };
        }
    }
}
