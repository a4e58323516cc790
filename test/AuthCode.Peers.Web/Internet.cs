using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthCode.Testing;
using Microsoft.Extensions.Http;

namespace AuthCode.Peers.Web;

/// <summary>What an application reaches: the APIs, and the fake as its authorization server.</summary>
internal sealed class Internet : IHttpMessageHandlerBuilderFilter
{
    private readonly FakeAad _aad;
    private readonly ConcurrentDictionary<string, byte> _sent = new();
    private string? _claims;
    private HashSet<string> _refused = [];

    internal Internet(FakeAad aad) => _aad = aad;

    /// <summary>Has the APIs refuse the tokens that they have had, and the server every token, until the user signs in with claims.</summary>
    internal void RequireClaims(string claims)
    {
        _refused = [.. _sent.Keys];
        _claims = claims;
    }

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        builder.PrimaryHandler = NewHandler();
    };

    internal HttpMessageHandler NewHandler()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, sent, _, _) => sent?.GetCertHashString() == _aad.Certificate!.GetCertHashString();
        return new Handler(this, handler);
    }

    private HttpResponseMessage? Answer(HttpRequestMessage request)
    {
        string host = request.RequestUri!.Host;
        if (request.RequestUri.AbsolutePath.EndsWith("/discovery/instance", StringComparison.Ordinal))
        {
            // MSAL asks Microsoft whether the authority is one.
            string authority = _aad.AuthorityHost.Authority;
            return Json($$"""{"tenant_discovery_endpoint":"{{_aad.AuthorityHost}}{{_aad.TenantId}}/v2.0/.well-known/openid-configuration","metadata":[{"preferred_network":"{{authority}}","preferred_cache":"{{authority}}","aliases":["{{authority}}"]}]}""");
        }

        if (!host.EndsWith(".example", StringComparison.Ordinal))
        {
            // As Entra ID refuses a refresh that needs another factor.
            return _claims is null || HasSignedInWithClaims || !request.RequestUri.AbsolutePath.EndsWith("/token", StringComparison.Ordinal) ? null : Json(
                $$"""{"error":"invalid_grant","error_description":"AADSTS50076: another factor is needed.","error_codes":[50076],"suberror":"basic_action","claims":{{JsonSerializer.Serialize(_claims)}}}""", HttpStatusCode.BadRequest);
        }

        string token = request.Headers.Authorization?.Parameter ?? "";
        _sent[token] = 0;
        if (_claims is null || (HasSignedInWithClaims && !_refused.Contains(token)))
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(host), RequestMessage = request };
        }

        var refusal = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
        refusal.Headers.WwwAuthenticate.Add(AuthenticationHeaderValue.Parse(_aad.CreateClaimsChallenge(_claims)));
        return refusal;
    }

    private bool HasSignedInWithClaims => _aad.Requests.Any(request =>
        request.Path.EndsWith("/authorize", StringComparison.Ordinal) && request.Parameters.Any(static parameter => parameter.Key == "claims" && parameter.Value.Contains("acrs", StringComparison.Ordinal)));

    private static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private sealed class Handler(Internet internet, HttpMessageHandler aad) : DelegatingHandler(aad)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            internet.Answer(request) ?? await base.SendAsync(request, cancellationToken);
    }
}
