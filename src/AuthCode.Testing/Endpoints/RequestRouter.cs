using System.Collections.Concurrent;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identifiers;
using AuthCode.Testing.Tokens;

namespace AuthCode.Testing.Endpoints;

/// <summary>Records each request and passes it to its endpoint, or to the next fault.</summary>
internal sealed class RequestRouter(FakeAadOptions options, GrantStore grants)
{
    private readonly ConcurrentQueue<FakeAadRequest> _requests = new();
    private readonly ConcurrentQueue<FakeAadFault> _faults = new();
    private readonly LogoutEndpoint _logout = new(options);

    // Set before a client can know the address.
    private Uri _baseUri = null!;
    private TokenEndpoint _token = null!;
    private AuthorizeEndpoint _authorize = null!;
    private MetadataEndpoint _metadata = null!;

    internal IReadOnlyList<FakeAadRequest> Requests => [.. _requests];

    /// <summary>Creates the endpoints whose tokens and metadata contain the address of the server.</summary>
    internal void CreateEndpoints(Uri baseUri)
    {
        _baseUri = baseUri;
        var issuer = new TokenIssuer(options, baseUri);
        _token = new TokenEndpoint(options, grants, issuer, baseUri);
        _authorize = new AuthorizeEndpoint(options, grants, issuer);
        _metadata = new MetadataEndpoint(options, baseUri, issuer);
    }

    internal void ClearRequests() => _requests.Clear();

    internal void Enqueue(FakeAadFault fault) => _faults.Enqueue(fault);

    internal void RequireClaims(string resource, string? claims) => _token.RequireClaims(resource, claims);

    internal async Task<FakeAadResponse> HandleAsync(FakeAadRequest request, CancellationToken stopping)
    {
        _requests.Enqueue(request);
        FakeAadResponse response;
        try
        {
            response = await RouteAsync(request, stopping).ConfigureAwait(false);
        }
        catch (AadErrorException e)
        {
            response = ErrorResponse(request, e.Error);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            response = FakeAadResponse.Closing;
        }
#pragma warning disable CA1031 // A callback of the options can throw any exception. The response shows it to the author of the test.
        catch (Exception e)
#pragma warning restore CA1031
        {
            response = FakeAadResponse.Of(500, $"A callback of {nameof(FakeAadOptions)} threw: {e}", "text/plain; charset=utf-8");
        }

        if (request.Headers.GetValueOrDefault("return-client-request-id") == "true" && request.Headers.TryGetValue("client-request-id", out string? id))
        {
            response.With("client-request-id", id);
        }

        request.StatusCode = response.StatusCode;
        return response;
    }

    private async Task<FakeAadResponse> RouteAsync(FakeAadRequest request, CancellationToken stopping)
    {
        string tenant = request.TenantId;
        EndpointKind endpoint = EndpointPaths.KindOf(request.Path);
        if (endpoint != EndpointKind.None && options.KnownTenants is { } known
            && !known.Contains(tenant, StringComparer.OrdinalIgnoreCase) && !TenantAliases.AlwaysExists(tenant))
        {
            throw new AadErrorException(AadErrors.UnknownTenant(tenant));
        }

        return endpoint switch
        {
            EndpointKind.Token => await HandleTokenRequestAsync(request, stopping).ConfigureAwait(false),
            EndpointKind.Authorize => _authorize.Handle(request),
            EndpointKind.Logout => _logout.Handle(request),
            EndpointKind.Configuration => _metadata.Configuration(tenant),
            EndpointKind.Keys => MetadataEndpoint.Keys(),
            _ => FakeAadResponse.Of(404, "", "text/html"),
        };
    }

    private async Task<FakeAadResponse> HandleTokenRequestAsync(FakeAadRequest request, CancellationToken stopping)
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
            return await _token.HandleAsync(request).ConfigureAwait(false);
        }

        if (fault.ConsumesGrant)
        {
            try
            {
                await _token.HandleAsync(request).ConfigureAwait(false);
            }
            catch (AadErrorException)
            {
                // The fault replaces an error response too.
            }
        }

        return fault.Respond(error => ErrorResponse(request, error));
    }

    private FakeAadResponse ErrorResponse(FakeAadRequest request, AadError error) =>
        AadErrorResponse.For(error, request, _baseUri, options.TimeProvider.GetUtcNow());
}
