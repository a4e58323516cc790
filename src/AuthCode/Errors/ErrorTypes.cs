using System.Collections.Frozen;
using System.Globalization;

namespace AuthCode;

/// <summary>The values of <c>error.type</c>: few, and none that could repeat what was sent.</summary>
internal static class ErrorTypes
{
    /// <summary>An error that has no name here.</summary>
    internal const string Other = "_OTHER";

    /// <summary>A response with a status of success that cannot be used.</summary>
    internal const string Malformed = "malformed_response";

    // Of RFC 6749, 6750, 7009, 8707, 9126, 9449 and OpenID Connect, and those that Entra ID and GitHub have beside them.
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
    [
        "access_denied", "account_selection_required", "authorization_pending", "bad_refresh_token", "bad_verification_code", "consent_required",
        "expired_token", "incorrect_client_credentials", "insufficient_scope", "interaction_required", "invalid_client", "invalid_dpop_proof",
        "invalid_grant", "invalid_redirect_uri", "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_resource", "invalid_scope",
        "invalid_target", "invalid_token", "login_required", "redirect_uri_mismatch", "registration_not_supported", "request_not_supported",
        "request_uri_not_supported", "server_error", "slow_down", "temporarily_unavailable", "unauthorized_client", "unmet_authentication_requirements",
        "unsupported_grant_type", "unsupported_response_type", "unsupported_token_type", "use_dpop_nonce",
    ],
    StringComparer.Ordinal);

    /// <summary>The error of a response, else its status, else the kind of the exception.</summary>
    /// <param name="error">The OAuth error; one that is not known is not repeated.</param>
    /// <param name="status">The status of the response; <see langword="null"/> if there is none.</param>
    /// <param name="exception">The exception; <see langword="null"/> if there is none.</param>
    internal static string Of(string? error, int? status, Exception? exception) =>
        error is not null ? Known.Contains(error) ? error : Other
        : status is >= 200 and < 300 ? Malformed
        : status is { } code ? code.ToString(CultureInfo.InvariantCulture)
        : exception is not null ? Of(exception)
        : Other;

    /// <summary>The kind of an exception: what a failure of ours says, or what the HTTP client of .NET calls it.</summary>
    internal static string Of(Exception exception) => exception switch
    {
        AuthorizationRefusedException refusal => Of(refusal.Error, status: null, exception: null),
        AuthenticationFailedException failure => Of(failure.Response?.Error, (int?)failure.Response?.StatusCode, failure.InnerException),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } failure => NameOf(failure.HttpRequestError),
        _ => exception.GetType().FullName ?? Other,
    };

    private static string NameOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => "connection_error",
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.HttpProtocolError => "http_protocol_error",
        HttpRequestError.ExtendedConnectNotSupported => "extended_connect_not_supported",
        HttpRequestError.VersionNegotiationError => "version_negotiation_error",
        HttpRequestError.UserAuthenticationError => "user_authentication_error",
        HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
        HttpRequestError.InvalidResponse => "invalid_response",
        HttpRequestError.ResponseEnded => "response_ended",
        HttpRequestError.ConfigurationLimitExceeded => "configuration_limit_exceeded",
        _ => Other,
    };
}
