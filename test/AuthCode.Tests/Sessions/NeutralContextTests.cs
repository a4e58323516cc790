using System.Diagnostics;

namespace AuthCode.Tests.Sessions;

/// <summary>An acquisition is shared by callers, so nothing of the caller who starts it comes along.</summary>
internal sealed class NeutralContextTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly AsyncLocal<string?> Local = new();

    [Test]
    public async Task What_an_acquisition_calls_sees_no_async_local_and_no_activity_of_the_caller([Values] bool cancellable)
    {
        (string? Local, Activity? Activity) inCallback = ("not called", null);
        (string? Local, Activity? Activity) inHandler = ("not called", null);
        var endpoint = new ScriptedEndpoint(Answer.Of(_ =>
        {
            inHandler = (Local.Value, Activity.Current);
            return new HttpResponseMessage { Content = new StringContent(Answer.TokenJson("access-1"), System.Text.Encoding.UTF8, "application/json") };
        }));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(_ =>
        {
            inCallback = (Local.Value, Activity.Current);
            return ValueTask.FromResult("assertion-1");
        }));
        using var source = new CancellationTokenSource();
        Local.Value = "the first caller's";
        using Activity activity = new Activity("the first caller's").Start();

        await GetToken(credential, Some.Request(), cancellable ? source.Token : CancellationToken.None);

        Assert.That((inCallback, inHandler), Is.EqualTo(((default(string), default(Activity)), (default(string), default(Activity)))));
    }

    [Test]
    public async Task What_an_acquisition_calls_runs_on_the_default_scheduler([Values] bool cancellable)
    {
        TaskScheduler? inCallback = null;
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(async _ =>
        {
            inCallback = TaskScheduler.Current;

            // Comes back to the scheduler that it began on.
            await Task.Yield();
            return "assertion-1";
        }));
        using var source = new CancellationTokenSource();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        TaskScheduler exclusive = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        // Whoever blocks an exclusive scheduler waits for ever for anything that needs it.
        Task<string> call = Task.Factory.StartNew(
            () => IsAsync
                ? credential.GetTokenAsync(Some.Request(), token).AsTask().GetAwaiter().GetResult().Token
                : credential.GetToken(Some.Request(), token).Token,
            CancellationToken.None,
            TaskCreationOptions.None,
            exclusive);

        Assert.That(await call.WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo("access-1"));
        Assert.That(inCallback, Is.SameAs(TaskScheduler.Default));
    }

    [Test]
    public async Task The_callers_own_values_are_there_afterwards()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Token()));
        Local.Value = "mine";

        await GetToken(credential);

        Assert.That(Local.Value, Is.EqualTo("mine"));
    }
}
