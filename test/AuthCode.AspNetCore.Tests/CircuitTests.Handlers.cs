using System.Threading.Channels;
using AuthCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <content>Handlers whose work goes on in the code of other users.</content>
internal sealed partial class CircuitTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task An_event_that_a_handler_of_another_user_raises_gets_no_token_of_that_user(bool isOfCircuit)
    {
        using FakeAad aad = App.StartAad();
        Func<Task>? raise = null;
        await using App app = await StartAsync(
            aad,
            services => services.AddHttpClient("raising").AddHttpMessageHandler(() => new Raising(() => raise!())).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api),
            static app => app.MapGet("/raising", static (IHttpClientFactory factory) => CallAsync(factory, "raising")).RequireAuthorization());
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")), ofBob = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "bob"));
        Exception? refusal = null;
        raise = async () => refusal = await RefusalOf(() => ofBob.OnDispatcherAsync(() => CallAsync(app.Services.GetRequiredService<IHttpClientFactory>(), "orders")));

        string user;
        if (isOfCircuit)
        {
            user = await ofAlice.RunAsync(static services => CallAsync(services.GetRequiredService<IHttpClientFactory>(), "raising"));
        }
        else
        {
            SwitchUser(aad, "alice");
            using Browser browser = app.NewBrowser();
            user = (await browser.GoAsync("/raising")).Body;
        }

        Assert.That((user, refusal?.GetType()), Is.EqualTo((IdOf("alice"), typeof(InvalidOperationException))));
    }

    [Test]
    public async Task What_a_handler_has_begun_gets_no_token_when_its_request_is_over()
    {
        using FakeAad aad = App.StartAad();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App? running = null;
        Task<Exception?>? begun = null;
        await using App app = await StartAsync(aad, services => services.AddHttpClient("beginning").AddHttpMessageHandler(() => new Raising(() =>
        {
            begun = Task.Run(async () =>
            {
                await go.Task;
                return await RefusalOf(() => CallAsync(running!.Services.GetRequiredService<IHttpClientFactory>(), "orders"));
            });
            return Task.CompletedTask;
        })).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api));
        running = app;
        await using TestCircuit circuit = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice"));
        await circuit.RunAsync(static services => CallAsync(services.GetRequiredService<IHttpClientFactory>(), "beginning"));

        go.SetResult();

        Assert.That(await begun!, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task A_queue_of_a_handler_that_began_with_one_user_sends_no_token_of_that_user_for_another()
    {
        using FakeAad aad = App.StartAad();
        Channel<Func<Task>> queue = Channel.CreateUnbounded<Func<Task>>();
        await using App app = await StartAsync(aad, services => services.AddHttpClient("queue").AddHttpMessageHandler(() => new Queue(queue)).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(() => _api));
        await using TestCircuit ofAlice = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "alice")), ofBob = await TestCircuit.OpenAsync(app, await SignInAsync(app, aad, "bob"));
        string alice = await ofAlice.RunAsync(static services => CallAsync(services.GetRequiredService<IHttpClientFactory>(), "queue"));

        Exception? refusal = await RefusalOf(() => ofBob.RunAsync(static services => CallAsync(services.GetRequiredService<IHttpClientFactory>(), "queue")));

        Assert.That((alice, refusal?.GetType()), Is.EqualTo((IdOf("alice"), typeof(InvalidOperationException))));
    }

    [Test]
    public async Task A_factory_that_is_kept_works_in_each_request()
    {
        using FakeAad aad = App.StartAad();
        IServiceScope? own = null;
        await using App app = await StartAsync(aad, map: app =>
        {
            own = app.Services.CreateScope();
            IHttpClientFactory kept = own.ServiceProvider.GetRequiredService<IHttpClientFactory>();
            app.MapGet("/kept", () => CallAsync(kept, "orders")).RequireAuthorization();
        });
        List<string> users = [];
        foreach (string user in new[] { "alice", "bob" })
        {
            SwitchUser(aad, user);
            using Browser browser = app.NewBrowser();
            users.Add((await browser.GoAsync("/kept")).Body);
        }

        own!.Dispose();
        Assert.That(users, Is.EqualTo(new[] { IdOf("alice"), IdOf("bob") }));
    }

    private static Task<string> CallAsync(IHttpClientFactory factory, string name) => factory.CreateClient(name).GetStringAsync(new Uri("https://orders.example/"));

    private static async Task<Exception?> RefusalOf(Func<Task<string>> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Raising(Func<Task> raise) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await raise();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    // One worker for all requests, which begins with the first one and sends copies.
    private sealed class Queue(Channel<Func<Task>> queue) : DelegatingHandler
    {
        private Task? _worker;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _worker ??= Task.Run(WorkAsync, CancellationToken.None);
            var response = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            await queue.Writer.WriteAsync(
                async () =>
                {
                    try
                    {
                        response.SetResult(await base.SendAsync(new HttpRequestMessage(request.Method, request.RequestUri), cancellationToken));
                    }
                    catch (InvalidOperationException e)
                    {
                        response.SetException(e);
                    }
                },
                cancellationToken);
            return await response.Task;
        }

        private async Task WorkAsync()
        {
            await foreach (Func<Task> work in queue.Reader.ReadAllAsync())
            {
                await work();
            }
        }
    }
}
