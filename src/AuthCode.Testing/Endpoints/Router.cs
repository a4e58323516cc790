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
    private readonly LogoutEndpoint _logout = new(options);

    // Set before the address is known to anyone who could ask.
    private Uri _baseUri = null!;
    private TokenEndpoint _token = null!;
    private AuthorizeEndpoint _authorize = null!;
    private MetadataEndpoint _metadata = null!;

    internal IReadOnlyList<FakeAadRequest> Requests => [.. _requests];

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

    internal void RequireClaims(string resource, string? claims) => _token.RequireClaims(resource, claims);

    internal async Task<HttpAnswer> AnswerAsync(FakeAadRequest request, CancellationToken stopping)
    {
        _requests.Enqueue(request);
        HttpAnswer answer;
        try
        {
            answer = await RouteAsync(request, stopping).ConfigureAwait(false);
        }
        catch (AadException e)
        {
            answer = ErrorPage(request, e.Error);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            answer = HttpAnswer.Closing;
        }
#pragma warning disable CA1031 // A callback of the options may throw anything; its author reads of it in the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            answer = HttpAnswer.Of(500, $"A callback of {nameof(FakeAadOptions)} threw: {e}", "text/plain; charset=utf-8");
        }

        if (request.Headers.GetValueOrDefault("return-client-request-id") == "true" && request.Headers.TryGetValue("client-request-id", out string? id))
        {
            answer.With("client-request-id", id);
        }

        request.StatusCode = answer.StatusCode;
        return answer;
    }

    private async Task<HttpAnswer> RouteAsync(FakeAadRequest request, CancellationToken stopping)
    {
        string tenant = request.TenantId;
        EndpointKind endpoint = EndpointPaths.KindOf(request.Path);
        if (endpoint != EndpointKind.None && options.KnownTenants is { } known
            && !known.Contains(tenant, StringComparer.OrdinalIgnoreCase) && !Tenants.IsAlwaysThere(tenant))
        {
            throw new AadException(AadErrors.UnknownTenant(tenant));
        }

        return endpoint switch
        {
            EndpointKind.Token => await AnswerTokenRequestAsync(request, stopping).ConfigureAwait(false),
            EndpointKind.Authorize => _authorize.Answer(request),
            EndpointKind.Logout => _logout.Answer(request),
            EndpointKind.Configuration => _metadata.Configuration(tenant),
            EndpointKind.Keys => MetadataEndpoint.Keys(),
            _ => HttpAnswer.Of(404, "", "text/html"),
        };
    }

    private async Task<HttpAnswer> AnswerTokenRequestAsync(FakeAadRequest request, CancellationToken stopping)
    {
        if (options.BeforeTokenResponse is { } gate)
        {
            await gate(request).WaitAsync(stopping).ConfigureAwait(false);
        }

        if (options.TokenDelay > TimeSpan.Zero)
        {
            await Task.Delay(options.TokenDelay, options.TimeProvider, stopping).ConfigureAwait(false);
        }

        if (!_faults.TryDequeue(out FakeAadFault? fault))
        {
            return await _token.AnswerAsync(request).ConfigureAwait(false);
        }

        if (fault.ConsumesGrant)
        {
            try
            {
                await _token.AnswerAsync(request).ConfigureAwait(false);
            }
            catch (AadException)
            {
                // A refusal gets lost on the way as a token does.
            }
        }

        return fault.AnswerWith(error => ErrorPage(request, error));
    }

    private HttpAnswer ErrorPage(FakeAadRequest request, AadError error) =>
        AadErrorPage.For(error, request, _baseUri, options.TimeProvider.GetUtcNow());
}
