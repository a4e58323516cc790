namespace AuthCode;

/// <summary>The name of a client of the host, for what serves the only one.</summary>
/// <param name="Name">The name.</param>
internal sealed record RegisteredName(string Name);
