namespace AuthCode;

/// <summary>The scopes of an HTTP client.</summary>
/// <param name="Scope">The scope in which it was created.</param>
/// <param name="Creator">The scope of the request within which it was created; <see langword="null"/> if it was within none.</param>
internal sealed record UserClientScopes(UserScope Scope, UserScope? Creator);
