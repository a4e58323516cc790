using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.SignIn;

/// <summary>A client that sends nothing, its clock, and the callbacks that a browser could bring.</summary>
internal abstract class SignInFixture
{
    private protected static readonly Uri Callback = The.Redirect;

    private protected FakeTimeProvider Time { get; } = new(The.Now);

    private protected ScriptedEndpoint Endpoint { get; } = new();

    private protected AuthorizationCodeClient Client(string tenant = The.Tenant, string client = The.Client, Uri? authority = null) => new(
        tenant, client, new AuthorizationCodeClientOptions { AuthorityHost = authority ?? The.Authority, HttpClient = new HttpClient(Endpoint), TimeProvider = Time });

    private protected static IReadOnlyDictionary<string, string> QueryOf(Uri url) => url.Query.TrimStart('?').Split('&')
        .Select(static pair => pair.Split('='))
        .ToDictionary(static pair => pair[0], static pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);

    private protected static Uri CallbackWith(params (string Name, string Value)[] parameters) => new(
        $"{Callback.OriginalString}?{string.Join('&', parameters.Select(static parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"))}");
}
