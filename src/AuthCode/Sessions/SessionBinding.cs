namespace AuthCode;

/// <summary>Represents what a stored session belongs to.</summary>
/// <param name="ClientId">The client ID.</param>
/// <param name="Authority">The authority with its tenant, or the issuer.</param>
/// <param name="Key">The key in the store.</param>
public sealed record SessionBinding(string ClientId, string Authority, string Key);
