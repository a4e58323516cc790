using System.Net;
using System.Net.Http.Headers;
using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Sends the token of the user of the current request, circuit or hub method, and answers one claims challenge of the API.</summary>
/// <param name="services">The services of the handler. It outlives requests and serves all users, so it holds nothing of any.</param>
/// <param name="scopes">The scopes of the API.</param>
internal sealed class UserTokenHandler(IServiceProvider services, string[] scopes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        UserSend send = UserSend.Of(request);
        SessionReference? session = await AuthorizeFirstAsync(request, send, cancellationToken).ConfigureAwait(false);
        Uri? address = request.RequestUri;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        // A redirect that a handler within answers by itself, such as a cache, does not come by TokenGuard.
        send.Hosts.NoteRedirects(request, address, response);
        if (session is null || IsOfOtherHost(response, request, address, send) || ClaimsChallenge.Of(response) is not { } challenge || !RepeatableContent.Is(request.Content))
        {
            return response;
        }

        response.Dispose();
        request.RequestUri = address;
        await AuthorizeAsync(request, send, session, challenge, cancellationToken).ConfigureAwait(false);
        response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        send.Hosts.NoteRedirects(request, address, response);
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        UserSend send = UserSend.Of(request);
        SessionReference? session = AuthorizeFirstAsync(request, send, cancellationToken).AsTask().GetAwaiter().GetResult();
        Uri? address = request.RequestUri;
        HttpResponseMessage response = base.Send(request, cancellationToken);

        // A redirect that a handler within answers by itself, such as a cache, does not come by TokenGuard.
        send.Hosts.NoteRedirects(request, address, response);
        if (session is null || IsOfOtherHost(response, request, address, send) || ClaimsChallenge.Of(response) is not { } challenge || !RepeatableContent.Is(request.Content))
        {
            return response;
        }

        response.Dispose();
        request.RequestUri = address;
        AuthorizeAsync(request, send, session, challenge, cancellationToken).GetAwaiter().GetResult();
        response = base.Send(request, cancellationToken);
        send.Hosts.NoteRedirects(request, address, response);
        return response;
    }

    /// <summary>Puts the token of the user into a request.</summary>
    /// <returns>The session of the user; <see langword="null"/> if the request gets no token, since the API has redirected to this host.</returns>
    private async ValueTask<SessionReference?> AuthorizeFirstAsync(HttpRequestMessage request, UserSend send, CancellationToken cancellationToken)
    {
        if (send.Hosts.IsForeign(request.RequestUri))
        {
            request.Headers.Authorization = null;
            return null;
        }

        SessionReference session = await RequireAsync(request, send.Sender).ConfigureAwait(false);
        await AuthorizeAsync(request, send, session, claims: null, cancellationToken).ConfigureAwait(false);
        return session;
    }

    // Its challenge is none of the API.
    private static bool IsOfOtherHost(HttpResponseMessage response, HttpRequestMessage request, Uri? address, UserSend send) =>
        TokenHosts.WasRedirected(request, address) || send.Hosts.IsForeign(request.RequestUri) || send.Hosts.IsForeign(response.RequestMessage?.RequestUri);

    private async ValueTask<SessionReference> RequireAsync(HttpRequestMessage request, UserClientScopes? sender)
    {
        if (request.RequestUri is not { } address || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
        {
            throw new InvalidOperationException(
                "A token is sent over https only, or to this machine. Set the base address of the HTTP client to an https address. " +
                "With service discovery (https+http://…), call AddServiceDiscovery() before AddUserToken(…), so that the address is resolved first.");
        }

        UserScope? scope = sender?.Scope;
        if (scope is { IsConnection: true })
        {
            return await scope.RequireSessionAsync("An HTTP client with AddUserToken", scopes).ConfigureAwait(false);
        }

        CallingRequest calling = (scope is null ? WithoutScope() : scope.OwnRequest() ?? OfCreation(sender!)) ?? throw new InvalidOperationException(
            "AddUserToken sends the token of the user of a request, a Blazor circuit or a hub method, and this client belongs to none: it was created by a singleton or in a scope of its own, such as that of OwningComponentBase, or is used after the end. " +
            "In a request, resolve it from HttpContext.RequestServices, or create it in the request that uses it. In a component or a hub, inject the client or IHttpClientFactory there, or into scoped or transient services. In the background, use UserSessions.FindAsync(sessionKey) and its credential.");
        return SignedInSession.Require(calling.Session, scopes);
    }

    // A client of a singleton works in a request. In a circuit or a hub, the request may be that of another user, who raised an event there.
    private CallingRequest? WithoutScope() => UserScope.SurroundingRequest(services.GetRequiredService<IHttpContextAccessor>());

    // One that was created in a scope of its own within a request works in that request: of a resolver or a mediator, for example.
    private CallingRequest? OfCreation(UserClientScopes sender) =>
        sender.Creator is { } creator && WithoutScope() is { } calling && ReferenceEquals(calling.Scope, creator) ? calling : null;

    private async Task AuthorizeAsync(HttpRequestMessage request, UserSend send, SessionReference session, string? claims, CancellationToken cancellationToken)
    {
        var wanted = new TokenRequestContext(scopes, claims: claims, isCaeEnabled: true);
        try
        {
            AccessToken token = await SignedInSession.GetTokenAsync(services, session, wanted, cancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            send.Hosts.Note(request.RequestUri!, token.Token);
        }
        catch (AuthenticationFailedException e) when (claims is not null && e.IsSignInRequired && e.Response?.Claims is null)
        {
            throw WithClaims(e, claims);
        }
    }

    // The API wants the claims of the next sign-in, whether or not the authorization server repeats them.
    private static AuthenticationFailedException WithClaims(AuthenticationFailedException e, string claims) => new(e.Message, e, new TokenErrorResponse(e.Response?.StatusCode ?? HttpStatusCode.Unauthorized)
    {
        Error = e.Response?.Error,
        ErrorDescription = e.Response?.ErrorDescription,
        SubError = e.Response?.SubError,
        ErrorCodes = e.Response?.ErrorCodes ?? [],
        TraceId = e.Response?.TraceId,
        CorrelationId = e.Response?.CorrelationId,
        Timestamp = e.Response?.Timestamp,
        Claims = claims,
    })
    {
        IsSignInRequired = true,
        Scopes = e.Scopes,
        TenantId = e.TenantId,
    };
}
