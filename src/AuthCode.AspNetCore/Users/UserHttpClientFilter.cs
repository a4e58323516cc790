using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Completes the handlers of the HTTP clients, some of which send the token of the user.</summary>
/// <param name="options">Knows these clients.</param>
internal sealed class UserHttpClientFilter(IOptionsMonitor<UserHttpClientOptions> options) : IHttpMessageHandlerBuilderFilter
{
    [ThreadStatic]
    private static bool _isBuilding;

    /// <summary>Whether the handlers of a client are being created on this thread.</summary>
    internal static bool IsBuilding => _isBuilding;

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        bool isWithin = _isBuilding;
        _isBuilding = true;
        try
        {
            next(builder);
        }
        finally
        {
            _isBuilding = isWithin;
        }

        // Of every client: a handler of one that sends no token can call another one that does.
        builder.AdditionalHandlers.Insert(0, new CallerHandler());
        builder.AdditionalHandlers.Add(new TokenGuard());
        if (options.Get(builder.Name).SendsUserToken)
        {
            DisableCookies(builder.Name, builder.PrimaryHandler);
        }
    };

    // Users share the handler, so that the cookie which an API set for one of them would be sent with the token of another.
    private static void DisableCookies(string? name, HttpMessageHandler? handler)
    {
        try
        {
            switch (handler)
            {
                case SocketsHttpHandler { UseCookies: true } sockets:
                    sockets.UseCookies = false;
                    break;
#pragma warning disable RS0030 // It is not used, but mended.
                case HttpClientHandler { UseCookies: true } client:
                    client.UseCookies = false;
                    break;
#pragma warning restore RS0030
                case DelegatingHandler delegating:
                    DisableCookies(name, delegating.InnerHandler);
                    break;
            }
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new InvalidOperationException(
                $"The primary handler of the HTTP client '{name}' has been used before and keeps cookies, which all users of AddUserToken would share. Set UseCookies = false where the handler is created.", e);
        }
    }

    // The outermost handler, since the others may leave the context of the caller.
    private sealed class CallerHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bool before = UserScope.NoteCaller();
            (UserSend send, UserSend? outer, UserSend? previous) = UserSend.Begin(request, UserHttpClientFactory.TakeScopes(request));
            try
            {
                return EndOf(request, send, previous, cancellationToken);
            }
            finally
            {
                UserSend.Leave(outer);
                UserScope.ReturnToCaller(before);
            }
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bool before = UserScope.NoteCaller();
            (UserSend send, UserSend? outer, UserSend? previous) = UserSend.Begin(request, UserHttpClientFactory.TakeScopes(request));
            try
            {
                return base.Send(request, cancellationToken);
            }
            finally
            {
                send.End(request, previous);
                UserSend.Leave(outer);
                UserScope.ReturnToCaller(before);
            }
        }

        private async Task<HttpResponseMessage> EndOf(HttpRequestMessage request, UserSend send, UserSend? previous, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                send.End(request, previous);
            }
        }
    }
}
