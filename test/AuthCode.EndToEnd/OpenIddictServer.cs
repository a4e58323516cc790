using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthCode.EndToEnd;

/// <summary>OpenIddict, an authorization server of another maker, in this process: strict about what RFC 6749 does not have, and with refresh tokens that rotate.</summary>
internal sealed class OpenIddictServer : IAsyncDisposable
{
    internal const string Secret = "a+b:c d%/=&~!*()";

    internal static readonly Uri RedirectUri = new("https://app.example/signin-oidc");

    private static readonly string[] Endpoints = ["authorize", "token", "userinfo", "logout", "revoke", "par"];

    private readonly WebApplication _app;

    private OpenIddictServer(WebApplication app)
    {
        _app = app;
        Issuer = new Uri($"{app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}/");
    }

    internal Uri Issuer { get; }

    internal static X509Certificate2 ClientCertificate { get; } = Certificates.OfTlsClient();

    /// <summary>Starts it.</summary>
    /// <param name="certificate">The certificate of the server, which then asks clients for theirs; <see langword="null"/> for http.</param>
    internal static async Task<OpenIddictServer> StartAsync(X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = static (_, _, _) => true;
                });
            }
        }));
        string database = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        builder.Services.AddDbContext<DbContext>(options => options.UseInMemoryDatabase(database).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(static core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(server => Configure(server, isHttps: certificate is not null));
        WebApplication app = builder.Build();
        app.MapGet("/authorize", Authorize);
        app.MapGet("/logout", static () => Results.SignOut(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]));
        await app.StartAsync();
        await RegisterAsync(app.Services);
        return new OpenIddictServer(app);
    }

    /// <summary>A client of it.</summary>
    internal AuthorizationCodeClient Client(
        string clientId, ClientAuthentication? authentication = null, Action<AuthorizationCodeClientOptions>? configure = null, Action<AuthorizationServerOptions>? atServer = null)
    {
        var options = new AuthorizationCodeClientOptions { ClientAuthentication = authentication ?? ClientAuthentication.None };
        configure?.Invoke(options);
        var serverOptions = new AuthorizationServerOptions { RequestOfflineAccess = true };
        atServer?.Invoke(serverOptions);
        return new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(Issuer, serverOptions), clientId, options);
    }

    /// <summary>Signs the user in, who consents to everything at once.</summary>
    internal static async Task<SignedInUser> SignInAsync(AuthorizationCodeClient client, HttpClient? browser = null, params string[] scopes)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(RedirectUri, scopes);
        using HttpClient? own = browser is null ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) : null;
        using HttpResponseMessage response = await (browser ?? own!).GetAsync(request.Uri);
        Assert.That(response.Headers.Location, Is.Not.Null, $"HTTP {(int)response.StatusCode} {await BodyText.OfAsync(response.Content)}");
        return await client.CompleteSignInAsync(request.Transaction, response.Headers.Location!);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Configure(OpenIddictServerBuilder server, bool isHttps)
    {
        server.SetAuthorizationEndpointUris(Endpoints[0]).SetTokenEndpointUris(Endpoints[1]).SetUserInfoEndpointUris(Endpoints[2])
            .SetEndSessionEndpointUris(Endpoints[3]).SetRevocationEndpointUris(Endpoints[4]).SetPushedAuthorizationEndpointUris(Endpoints[5]);
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.Email, Scopes.Profile, "api", "reports");
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
        if (isHttps)
        {
            server.EnableSelfSignedTlsClientAuthentication(static policy => policy.RevocationMode = X509RevocationMode.NoCheck);
        }

        OpenIddictServerAspNetCoreBuilder host = server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough();
        if (!isHttps)
        {
            host.DisableTransportSecurityRequirement();
        }
    }

    private static IResult Authorize(HttpContext context)
    {
        OpenIddictRequest request = context.GetOpenIddictServerRequest()!;
        var identity = new ClaimsIdentity("test", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, "ada").SetClaim(Claims.Name, "Ada Lovelace").SetScopes(request.GetScopes());
        identity.SetDestinations(static _ => [Destinations.AccessToken, Destinations.IdentityToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static async Task RegisterAsync(IServiceProvider services)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IOpenIddictApplicationManager manager = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await manager.CreateAsync(Application("public", ClientTypes.Public));
        OpenIddictApplicationDescriptor withSecret = Application("secret", ClientTypes.Confidential);
        withSecret.ClientSecret = Secret;
        await manager.CreateAsync(withSecret);
        OpenIddictApplicationDescriptor withKey = Application("key", ClientTypes.Confidential);
        withKey.JsonWebKeySet = new JsonWebKeySet();
        withKey.JsonWebKeySet.Keys.Add(JsonWebKeyConverter.ConvertFromX509SecurityKey(new X509SecurityKey(X509CertificateLoader.LoadCertificate(ClientCertificate.RawData))));
        withKey.JsonWebKeySet.Keys.Add(KeyOf(ClientCertificate));
        await manager.CreateAsync(withKey);
    }

    // As the assertion names it: by the certificate's SHA-256 thumbprint only.
    private static JsonWebKey KeyOf(X509Certificate2 certificate)
    {
        using RSA key = certificate.GetRSAPublicKey()!;
        return JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.ExportParameters(includePrivateParameters: false)));
    }

    private static OpenIddictApplicationDescriptor Application(string clientId, string type) => new()
    {
        ClientId = clientId,
        ClientType = type,
        ConsentType = ConsentTypes.Implicit,
        RedirectUris = { RedirectUri },
        PostLogoutRedirectUris = { new Uri("https://app.example/bye") },
        Permissions =
        {
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            Permissions.Scopes.Email, Permissions.Scopes.Profile, $"{Permissions.Prefixes.Scope}api", $"{Permissions.Prefixes.Scope}reports",
        },
    };
}
