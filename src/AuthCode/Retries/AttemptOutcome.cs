namespace AuthCode;

/// <summary>What is known of an attempt after it is over; this, and not the kind of an exception, decides what may follow.</summary>
internal enum AttemptOutcome
{
    /// <summary>A usable token response.</summary>
    Succeeded,

    /// <summary>A well-formed OAuth error (RFC 6749 section 5.2): the server decided.</summary>
    Refused,

    /// <summary>A redirect, or a 4xx that is no OAuth error: no authorization server looked at the grant.</summary>
    NotOAuth,

    /// <summary>The server takes no requests for now: 429, 408, 421, 425, 503 with Retry-After, temporarily_unavailable.</summary>
    Throttled,

    /// <summary>Nothing reached the server (name resolution, connection, proxy), or it has said that it processed nothing (RFC 9113 section 8.7).</summary>
    NeverSent,

    /// <summary>Nothing was sent, and another attempt would meet the same: TLS trust, client authentication, a disposed HttpClient.</summary>
    CannotSend,

    /// <summary>The server may have acted on it: time-out or reset after sending, or a bare 5xx.</summary>
    Lost,

    /// <summary>A 2xx that is no usable token response: the server acted, and its response is lost.</summary>
    Malformed,
}
