using System.Collections.Concurrent;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Endpoints;

/// <summary>Keeps each request, brings it to its endpoint, or to the fault that waits for it.</summary>
internal sealed class Router(FakeAadOptions options, GrantStore grants)
{
    private readonly ConcurrentQueue<FakeAadRequest> _requests = new();
    private readonly ConcurrentQueue<FakeAadFault> _faults = new();

    // Set before the address is known to anyone who could ask.
    private Uri _baseUri = null!;
    private TokenEndpoint _token = null!;
    private AuthorizeEndpoint _authorize = null!;
    private MetadataEndpoint _metadata = null!;

    internal IReadOnlyList<FakeAadRequest> Requests => [.. _requests];

    internal static bool IsTokenPath(string path) =>
        path.EndsWith("/oauth2/v2.0/token", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/adfs/oauth2/token", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the endpoints up, whose tokens and metadata carry the address.</summary>
    internal void Open(Uri baseUri)
    {
        _baseUri = baseUri;
        var issuer = new TokenIssuer(options, baseUri);
        _token = new TokenEndpoint(options, grants, issuer, baseUri);
        _authorize = new AuthorizeEndpoint(options, grants, issuer);
        _metadata = new MetadataEndpoint(baseUri, issuer);
    }

    internal void ClearRequests() => _requests.Clear();

    internal void Enqueue(FakeAadFault fault) => _faults.Enqueue(fault);

    internal void RequireClaims(string resource, string? claims)
    {
        if (claims is null)
        {
            _token.RequiredClaims.TryRemove(resource, out _);
        }
        else
        {
            _token.RequiredClaims[resource] = claims;
        }
    }

    internal async Task<HttpAnswer> AnswerAsync(FakeAadRequest request)
    {
        _requests.Enqueue(request);
        HttpAnswer answer;
        try
        {
            answer = await RouteAsync(request).ConfigureAwait(false);
        }
        catch (AadException e)
        {
            answer = ErrorPage(request, e.Error);
        }

        if (request.Headers.GetValueOrDefault("return-client-request-id") == "true" && request.Headers.TryGetValue("client-request-id", out string? id))
        {
            answer.With("client-request-id", id);
        }

        request.StatusCode = answer.StatusCode;
        return answer;
    }

    private async Task<HttpAnswer> RouteAsync(FakeAadRequest request)
    {
        string tenant = request.TenantId;
        if (options.KnownTenants is { } known && !known.Contains(tenant, StringComparer.OrdinalIgnoreCase))
        {
            throw new AadException(AadErrors.UnknownTenant(tenant));
        }

        if (IsTokenPath(request.Path))
        {
            return await AnswerTokenRequestAsync(request).ConfigureAwait(false);
        }

        return request.Path[(tenant.Length + 1)..] switch
        {
            "/oauth2/v2.0/authorize" or "/oauth2/authorize" => _authorize.Answer(request),
            "/v2.0/.well-known/openid-configuration" => _metadata.Configuration(tenant),
            "/discovery/v2.0/keys" => MetadataEndpoint.Keys(),
            _ => HttpAnswer.Of(404, "", "text/html"),
        };
    }

    private async Task<HttpAnswer> AnswerTokenRequestAsync(FakeAadRequest request)
    {
        if (options.BeforeTokenResponse is { } gate)
        {
            await gate(request).ConfigureAwait(false);
        }

        if (options.TokenDelay > TimeSpan.Zero)
        {
            await Task.Delay(options.TokenDelay, options.TimeProvider).ConfigureAwait(false);
        }

        if (!_faults.TryDequeue(out FakeAadFault? fault))
        {
            return await _token.AnswerAsync(request).ConfigureAwait(false);
        }

        if (fault.ConsumesGrant)
        {
            await _token.AnswerAsync(request).ConfigureAwait(false);
        }

        return fault.AnswerWith(error => ErrorPage(request, error));
    }

    private HttpAnswer ErrorPage(FakeAadRequest request, AadError error) =>
        AadErrorPage.For(error, request, _baseUri, options.TimeProvider.GetUtcNow());
}
