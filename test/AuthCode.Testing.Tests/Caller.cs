using System.Text;

namespace AuthCode.Testing.Tests;

/// <summary>A client of a fake of its own that sends what the test says, right or wrong, and follows no redirect.</summary>
internal sealed class Caller : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    internal Caller(Action<FakeAadOptions>? configure = null) => Aad = FakeAad.Start(configure ?? (static _ => { }));

    internal FakeAad Aad { get; }

    /// <summary>Headers of each request to come.</summary>
    internal Dictionary<string, string> Headers { get; } = [];

    /// <summary>The tenant whose token endpoint is asked; null for the fake's own.</summary>
    internal string? Tenant { get; set; }

    internal Task<Reply> GetAsync(Uri uri) => SendAsync(new HttpRequestMessage(HttpMethod.Get, uri));

    internal Task<Reply> GetAsync(string path) => GetAsync(new Uri(Aad.AuthorityHost, path));

    /// <summary>Visits the authorize endpoint as a good client's user does, but for the changes.</summary>
    internal Task<Reply> AuthorizeAsync(params (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] fields = [("client_id", Aad.ClientId), ("response_type", "code"), ("scope", The.Vault), ("redirect_uri", Aad.RedirectUri.OriginalString)];
        IEnumerable<string> query = Changed(fields, changes).Select(static field => $"{field.Key}={Uri.EscapeDataString(field.Value)}");
        return GetAsync($"{Aad.TenantId}/oauth2/v2.0/authorize?{string.Join('&', query)}");
    }

    /// <summary>Redeems a code as a good client does, but for the changes: a null takes a field off.</summary>
    internal Task<Reply> RedeemAsync(string code, params (string Name, string? Value)[] changes) =>
        PostAsync([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Aad.RedirectUri.OriginalString)], changes);

    /// <summary>Redeems a fresh code of the tenant.</summary>
    internal Task<Reply> RedeemAsync(params (string Name, string? Value)[] changes) => RedeemAsync(IssueCode(new FakeAadCodeRequest()), changes);

    /// <summary>Issues a code of the tenant for a good client.</summary>
    internal string IssueCode(FakeAadCodeRequest request) => Aad.IssueCode(request with
    {
        Scopes = request.Scopes.Count > 0 ? request.Scopes : [The.Vault],
        RedirectUri = Aad.RedirectUri.OriginalString,
        TenantId = request.TenantId ?? Tenant,
    });

    /// <summary>Redeems a refresh token as a good client does, but for the changes.</summary>
    internal Task<Reply> RefreshAsync(string? refreshToken, params (string Name, string? Value)[] changes) =>
        PostAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken)], changes);

    /// <summary>The refresh token of a fresh code.</summary>
    internal async Task<string> SignInAsync() => (await RedeemAsync()).RefreshToken!;

    internal Task<Reply> PostAsync(HttpContent content, Uri? uri = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, uri ?? Aad.TokenEndpoint(Tenant)) { Content = content });

    internal async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            foreach ((string name, string value) in Headers)
            {
                request.Headers.Add(name, value);
            }

            using HttpResponseMessage response = await _http.SendAsync(request);
            using var body = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
            return new Reply(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, await body.ReadToEndAsync());
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Aad.Dispose();
    }

    private Task<Reply> PostAsync((string Name, string? Value)[] grant, (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] fields = [("client_id", Aad.ClientId), ("client_secret", Aad.ClientSecret), ("scope", $"{The.Vault} offline_access"), .. grant];
        return PostAsync(new FormUrlEncodedContent(Changed(fields, changes)));
    }

    private static IEnumerable<KeyValuePair<string, string>> Changed((string Name, string? Value)[] fields, (string Name, string? Value)[] changes) => fields
        .Where(field => changes.All(change => change.Name != field.Name))
        .Concat(changes)
        .Where(static field => field.Value is not null)
        .Select(static field => KeyValuePair.Create(field.Name, field.Value!));
}
