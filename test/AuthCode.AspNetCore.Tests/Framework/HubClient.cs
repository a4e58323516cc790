using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Connections to the hub of an application, with the cookies of a browser.</summary>
internal static class HubClient
{
    internal static readonly Uri Address = new(Browser.Origin, "hub");

    /// <summary>Connects, and waits until the hub has greeted.</summary>
    internal static async Task<HubConnection> ConnectAsync(App app, Browser browser, HttpTransportType transport, Action<string>? onGreeting = null)
    {
        var server = (TestServer)app.Services.GetRequiredService<IServer>();
        string cookies = browser.Cookies.GetCookieHeader(Address);
        HubConnection connection = new HubConnectionBuilder().WithUrl(Address, transport, options =>
        {
            if (cookies.Length > 0)
            {
                options.Headers.Add("Cookie", cookies);
            }

            options.HttpMessageHandlerFactory = _ => server.CreateHandler();
            options.WebSocketFactory = async (context, cancellationToken) =>
            {
                WebSocketClient sockets = server.CreateWebSocketClient();
                sockets.ConfigureRequest = request => request.Headers.Cookie = cookies;
                return await sockets.ConnectAsync(context.Uri, cancellationToken);
            };
        }).Build();
        var greeting = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<string>(TokenHub.Greeting, text => greeting.TrySetResult(text));
        connection.Closed += e =>
        {
            greeting.TrySetException(e ?? new InvalidOperationException("The hub has closed the connection."));
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        string greeted = await greeting.Task.WaitAsync(TimeSpan.FromMinutes(2));
        onGreeting?.Invoke(greeted);
        return connection;
    }
}
