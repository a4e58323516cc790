using System.Security.Claims;
using AuthCode;
using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The session and the tokens of a signed-in user, and clients that act for the user.</summary>
public static class AuthCodeUserExtensions
{
    /// <summary>Gets the key of a user's session, by which <see cref="UserSessions.FindAsync"/> finds it: also in a background job, and in another process that shares the store.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>The key, which is a secret; <see langword="null"/> if AuthCode did not sign the user in.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is <see langword="null"/>.</exception>
    public static string? GetSessionKey(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return SessionReference.Of(principal)?.Key;
    }

    /// <summary>Gets the key to know a user by, which is the same at each sign-in: <see cref="SignedInUser.AccountKey"/>.</summary>
    /// <param name="principal">The user.</param>
    /// <returns>The key; <see langword="null"/> if AuthCode did not sign the user in.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is <see langword="null"/>.</exception>
    public static string? GetAccountKey(this ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return principal.FindFirst(SessionClaims.AccountKey)?.Value;
    }

    /// <summary>Acquires an access token of the user of a request, or returns a cached one: for a proxy, for example. An API that is called by a client of <c>IHttpClientFactory</c> needs <see cref="AddUserToken"/> only.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scopes">The scopes: one at least, of one API.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">No scope was given, or one of them is not a valid scope.</exception>
    /// <exception cref="AuthenticationFailedException">No user is signed in, the session has ended or is lost, or no token could be acquired.</exception>
    /// <exception cref="OperationCanceledException">The request was aborted.</exception>
    public static ValueTask<AccessToken> GetUserTokenAsync(this HttpContext context, params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scopes);
        return SignedInSession.GetTokenAsync(
            context.RequestServices, SignedInSession.Require(context.User, scopes), new TokenRequestContext(scopes), context.RequestAborted);
    }

    /// <summary>Registers a client that acts for the user of a request, a Blazor circuit or a hub method, such as a <c>BlobServiceClient</c>: as a scoped service, of which one is kept for each session.</summary>
    /// <typeparam name="TClient">The type of the client.</typeparam>
    /// <param name="builder">The client of the authorization server.</param>
    /// <param name="create">Creates a client with the credential of a session and the services of the application.</param>
    /// <returns>The client of the authorization server.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <remarks>
    /// <para>Inject it into endpoints, and into scoped and transient services. A singleton that takes it, and a scope of its own, get an
    /// <see cref="InvalidOperationException"/> with the remedy.</para>
    /// <para>The client leaves with the session, or when it was not used for 20 minutes. One that is disposable is created for each request,
    /// since the container disposes of what a scope returned; keep it no longer than the request. Let all clients share a transport, such as the default one of Azure SDK clients.</para>
    /// <para>The tokens of a client that is kept say that they expire at once, so that it asks its credential each time: one that is put into a
    /// static field is refused in the request of another user, and one whose session has ended gets no further token.</para>
    /// <para>In a circuit the client lives as long as the circuit, and in a hub as long as one invocation of a method.</para>
    /// <para>The credential follows the scheme that signed the user in, whichever client of an authorization server this is called for.</para>
    /// </remarks>
    public static AuthCodeBuilder AddUserClient<TClient>(this AuthCodeBuilder builder, Func<TokenCredential, IServiceProvider, TClient> create)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddScoped(provider =>
        {
            UserScope scope = provider.GetRequiredService<UserScope>();
            UserClients clients = provider.GetRequiredService<UserClients>();
            if (scope.OwnRequest() is { } request)
            {
                SessionClients ofUser = clients.Of(SignedInSession.Require(request.Session, scopes: []), out DateTimeOffset now);
                return ofUser.Get(create, now);
            }

            // The user of a hub method is not known yet, and that of a circuit is read at each call.
            scope.RequireForCreation(typeof(TClient).Name);
            return create(provider.GetRequiredService<UserCredential>(), clients.Services);
        });
        return builder;
    }

    /// <summary>Sends the token of the user of the current request, Blazor circuit or hub method with each request of an HTTP client, and answers one claims challenge of the API by itself.</summary>
    /// <param name="builder">The HTTP client.</param>
    /// <param name="scopes">The scopes of the API.</param>
    /// <returns>The HTTP client.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">No scope was given, <paramref name="builder"/> is that of the defaults of all HTTP clients, or the client sends a token already.</exception>
    /// <remarks>
    /// The token is sent over https only, or to loopback. A request whose body is a stream cannot be repeated, so its challenge is returned
    /// to the caller. In a circuit or a hub, the user is that of the component or the hub which the client, or the <c>IHttpClientFactory</c>, was
    /// injected into; in a scope of its own the client is refused. Its handlers keep no cookies, because users share them.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Claims challenges</see>.
    /// </remarks>
    public static IHttpClientBuilder AddUserToken(this IHttpClientBuilder builder, params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(scopes);
        if (scopes.Length == 0 || scopes.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("Name the scopes of the API, such as \"api://orders/.default\".", nameof(scopes));
        }

        if (builder.Name is null)
        {
            throw new ArgumentException(
                "AddUserToken cannot be a default of all HTTP clients (ConfigureHttpClientDefaults): the user would be asked for when the clients of the sign-in itself are used, and the token would be sent to every host. Call it at each client of the API: AddHttpClient(…).AddUserToken(…).",
                nameof(builder));
        }

        if (!UserHttpClientFactory.TryAdd(builder.Services, builder.Name))
        {
            throw new ArgumentException(
                $"AddUserToken was called before for the HTTP client '{builder.Name}', and a request carries one token: name all scopes of the API in one call, or register a client of its own for the other API.",
                nameof(builder));
        }

        builder.Services.AddHttpContextAccessor();

        // Before .NET 9, the log of the HTTP client shows all headers at the level Trace.
        builder.Services.PostConfigure<HttpClientFactoryOptions>(builder.Name, static options =>
        {
            Func<string, bool> isRedacted = options.ShouldRedactHeaderValue;
            options.ShouldRedactHeaderValue = header => header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || isRedacted(header);
        });
        return builder.AddHttpMessageHandler(provider => new UserTokenHandler(provider, [.. scopes]));
    }
}
