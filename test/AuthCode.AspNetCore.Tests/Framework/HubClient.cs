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

    internal static async Task<HubConnection> ConnectAsync(App app, Browser browser, HttpTransportType transport, Action<string>? onGreeting = null)
    {
        var server = (TestServer)app.Services.GetRequiredService<IServer>();
        string cookies = browser.Cookies.GetCookieHeader(Address);
        HubConnection connection = new HubConnectionBuilder().WithUrl(Address, transport, options =>
        {
            options.Headers.Add("Cookie", cookies);
            options.HttpMessageHandlerFactory = _ => server.CreateHandler();
            options.WebSocketFactory = async (context, cancellationToken) =>
            {
                WebSocketClient sockets = server.CreateWebSocketClient();
                sockets.ConfigureRequest = request => request.Headers.Cookie = cookies;
                return await sockets.ConnectAsync(context.Uri, cancellationToken);
            };
        }).Build();
        if (onGreeting is not null)
        {
            connection.On(TokenHub.Greeting, onGreeting);
        }

        await connection.StartAsync();
        return connection;
    }
}
