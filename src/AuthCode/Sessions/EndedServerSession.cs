namespace AuthCode;

/// <summary>A session at the server that is over.</summary>
/// <param name="Issuer">Its issuer; <see langword="null"/> for any of the client's server, as a browser can say.</param>
/// <param name="Id">Its ID (<c>sid</c>).</param>
/// <param name="On">When the client was told.</param>
/// <param name="IsVerified">Whether the server itself said so, and not a browser.</param>
internal readonly record struct EndedServerSession(string? Issuer, string Id, DateTimeOffset On, bool IsVerified);
