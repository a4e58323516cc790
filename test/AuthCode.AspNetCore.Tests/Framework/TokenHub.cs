using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>An HTTP client of an API that says whose token it got.</summary>
internal sealed class OrdersClient(HttpClient http)
{
    internal Task<string> WhoAmIAsync() => http.GetStringAsync(new Uri("https://orders.example/"));
}

/// <summary>A hub whose methods act for the user in the ways that there are.</summary>
internal sealed class TokenHub(UserCredential credential, EchoClient echo, DisposableClient disposable, OrdersClient orders, UserSignIn signIn, IServiceProvider services) : Hub
{
    internal const string Greeting = "greeting";

    /// <summary>A client among the arguments, which is that of the hub.</summary>
    public Task<string> MethodServices(EchoClient fromServices) => ReferenceEquals(fromServices, echo) ? fromServices.WhoAmIAsync() : Task.FromResult("another client");

    public async Task<string[]> WhoAmI() =>
    [
        EchoApi.Claim(await TokenAsync(), "oid"),
        EchoApi.Claim(credential.GetToken(new([App.Vault]), Context.ConnectionAborted).Token, "oid"),
        await echo.WhoAmIAsync(),
        await disposable.Inner.WhoAmIAsync(),
        await orders.WhoAmIAsync(),
        await services.GetRequiredService<Later>().WhoAmIAsync(),
    ];

    public Task<string> Token() => TokenAsync();

    public async IAsyncEnumerable<string> Stream(int count)
    {
        for (int item = 0; item < count; item++)
        {
            await Task.Yield();
            yield return (item % 3) switch { 0 => EchoApi.Claim(await TokenAsync(), "oid"), 1 => await echo.WhoAmIAsync(), _ => await orders.WhoAmIAsync() };
        }
    }

    public async Task<string> OwnScope(string what)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        return what switch
        {
            "credential" => EchoApi.Claim((await scope.ServiceProvider.GetRequiredService<UserCredential>().GetTokenAsync(new([App.Vault]), Context.ConnectionAborted)).Token, "oid"),
            "client" => await scope.ServiceProvider.GetRequiredService<EchoClient>().WhoAmIAsync(),
            _ => await scope.ServiceProvider.GetRequiredService<OrdersClient>().WhoAmIAsync(),
        };
    }

    public string SignInAddress(string page) => signIn.AddressFor(new AuthenticationFailedException("No consent.") { IsSignInRequired = true, Scopes = ["https://graph.microsoft.com/Calendars.Read"] }, page);

    public Task<string> Singleton() => services.GetRequiredService<Shared>().Client.Inner.WhoAmIAsync();

    /// <summary>Uses the credential after the method, when the client says so.</summary>
    public void Background(Background background) => background.Task = background.RunAsync(() => TokenAsync());

    public override async Task OnConnectedAsync() => await Clients.Caller.SendAsync(Greeting, await echo.WhoAmIAsync());

    private async Task<string> TokenAsync() => (await credential.GetTokenAsync(new([App.Vault]), CancellationToken.None)).Token;
}

/// <summary>A scoped service that acts for the user.</summary>
internal sealed class Later(IHttpClientFactory factory)
{
    internal Task<string> WhoAmIAsync() => factory.CreateClient("orders").GetStringAsync(new Uri("https://orders.example/"));
}

/// <summary>The mistake: a singleton that takes a client of a user.</summary>
internal sealed record Shared(DisposableClient Client);

/// <summary>Work that goes on after the code that began it.</summary>
internal sealed class Background
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<string>? Task { get; set; }

    internal void Go() => _go.SetResult();

    internal async Task<string> RunAsync(Func<Task<string>> work)
    {
        await _go.Task;
        return await work();
    }
}
