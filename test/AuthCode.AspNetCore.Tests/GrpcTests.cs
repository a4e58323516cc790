using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuthCode.Testing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>gRPC clients that send the token of the user.</summary>
internal sealed class GrpcTests
{
    private static readonly Uri Address = new("https://orders.example/");

    [Test]
    public async Task A_client_of_the_factory_acts_for_the_user_of_each_request()
    {
        const int Users = 4, Calls = 100;
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        var users = new (Browser Browser, string ObjectId)[Users];
        for (int user = 0; user < Users; user++)
        {
            users[user] = (app.NewBrowser(), $"0a0a0a0a-0000-4000-8000-{user:D12}");
            aad.Options.User = new FakeAadUser(users[user].ObjectId, aad.TenantId, $"User {user}", $"user{user}@contoso.example");
            await users[user].Browser.GoAsync("/signin?to=/");
        }

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, Calls).Select(call => users[call % Users].Browser.StepAsync("/grpc")));

        Assert.That(replies.Select(static reply => reply.Body), Is.EqualTo(Enumerable.Range(0, Calls).Select(call => users[call % Users].ObjectId)));
        Array.ForEach(users, static user => user.Browser.Dispose());
    }

    [TestCase(HttpTransportType.WebSockets)]
    [TestCase(HttpTransportType.LongPolling)]
    public async Task In_a_hub_a_channel_takes_an_HTTP_client_of_the_factory(HttpTransportType transport)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        using Browser browser = app.NewBrowser();
        await browser.GoAsync("/signin?to=/");
        await using HubConnection hub = await HubClient.ConnectAsync(app, browser, transport);

        Assert.That(await hub.InvokeAsync<string>("Channel"), Is.EqualTo(aad.Options.User.ObjectId));
    }

    [Test]
    public async Task A_client_of_the_factory_belongs_to_no_user_in_the_background()
    {
        using FakeAad aad = App.StartAad();
        await using App app = await StartAsync(aad);
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();

        RpcException? refused = Assert.CatchAsync<RpcException>(async () => await scope.ServiceProvider.GetRequiredService<OrdersService>().WhoAmIAsync());

        Assert.That(refused!.Status.DebugException, Is.TypeOf<InvalidOperationException>().With.Message.Contains("UserSessions.FindAsync(sessionKey)"));
    }

    private static Task<App> StartAsync(FakeAad aad) => App.StartAsync(aad, static settings =>
    {
        settings.Services = static services =>
        {
            services.AddSignalR();
            services.AddGrpcClient<OrdersService>(static options => options.Address = Address).AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(static () => new Api());
            services.AddHttpClient("orders").AddUserToken(App.Vault).ConfigurePrimaryHttpMessageHandler(static () => new Api());
        };
        settings.Map = static app =>
        {
            app.MapGet("/grpc", static (OrdersService orders) => orders.WhoAmIAsync()).RequireAuthorization();
            app.MapHub<GrpcHub>("/hub").RequireAuthorization();
        };
    });

    /// <summary>As the tools of gRPC generate it, with texts for messages.</summary>
    internal sealed class OrdersService : ClientBase<OrdersService>
    {
        private static readonly Marshaller<string> Texts = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
        private static readonly Method<string, string> WhoAmI = new(MethodType.Unary, "Orders", nameof(WhoAmI), Texts, Texts);

        public OrdersService(CallInvoker invoker)
            : base(invoker)
        {
        }

        private OrdersService(ClientBaseConfiguration configuration)
            : base(configuration)
        {
        }

        internal async Task<string> WhoAmIAsync() => await CallInvoker.AsyncUnaryCall(WhoAmI, host: null, new CallOptions(), "");

        protected override OrdersService NewInstance(ClientBaseConfiguration configuration) => new(configuration);
    }

    internal sealed class GrpcHub(IHttpClientFactory factory) : Hub
    {
        public override Task OnConnectedAsync() => Clients.Caller.SendAsync(TokenHub.Greeting, "");

        public async Task<string> Channel()
        {
            using var channel = GrpcChannel.ForAddress(Address, new() { HttpClient = factory.CreateClient("orders") });
            return await new OrdersService(channel.CreateCallInvoker()).WhoAmIAsync();
        }
    }

    /// <summary>A service that says whose token it got.</summary>
    private sealed class Api : HttpMessageHandler
    {
        private const int Prefix = 5;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            byte[] user = Encoding.UTF8.GetBytes(EchoApi.UserOf(request));
            byte[] message = new byte[Prefix + user.Length];
            message[Prefix - 1] = (byte)user.Length;
            user.CopyTo(message, Prefix);
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new ByteArrayContent(message) };
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            response.TrailingHeaders.Add("grpc-status", "0");
            return response;
        }
    }
}
