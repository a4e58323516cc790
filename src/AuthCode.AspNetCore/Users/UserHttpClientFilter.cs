using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Completes the handlers of the HTTP clients that send the token of the user.</summary>
/// <param name="options">Knows these clients.</param>
internal sealed class UserHttpClientFilter(IOptionsMonitor<UserHttpClientOptions> options) : IHttpMessageHandlerBuilderFilter
{
    private static readonly HttpRequestOptionsKey<bool> IsOfCircuitKey = new("AuthCode.IsOfCircuit");

    [ThreadStatic]
    private static bool _isBuilding;

    /// <summary>Whether the handlers of a client are being created on this thread.</summary>
    internal static bool IsBuilding => _isBuilding;

    /// <summary>Whether a request was sent by the code of a circuit's components, as far as can be told.</summary>
    internal static bool IsOfCircuit(HttpRequestMessage request) => request.Options.TryGetValue(IsOfCircuitKey, out bool isOfCircuit) && isOfCircuit;

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

        if (options.Get(builder.Name).SendsUserToken)
        {
            builder.AdditionalHandlers.Insert(0, new CallerHandler());
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
            Note(request);
            return base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Note(request);
            return base.Send(request, cancellationToken);
        }

        private static void Note(HttpRequestMessage request)
        {
            if (UserScope.IsInCircuit)
            {
                request.Options.Set(IsOfCircuitKey, true);
            }
        }
    }
}
