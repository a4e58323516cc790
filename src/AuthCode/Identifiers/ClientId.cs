namespace AuthCode;

/// <summary>A client identifier (RFC 6749 section 2.2): printable ASCII, and not blank.</summary>
internal readonly record struct ClientId
{
    private ClientId(string value) => Value = value;

    internal readonly string Value;

    /// <exception cref="ArgumentNullException">The text is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The text is no client identifier.</exception>
    internal static ClientId Parse(string clientId)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        return !string.IsNullOrWhiteSpace(clientId) && Characters.AreVisible(clientId)
            ? new ClientId(clientId)
            : throw new ArgumentException(
                "The client id must be printable ASCII and not blank: pass the application (client) id of the app registration.", nameof(clientId));
    }

    /// <summary>The identifier as Entra ID writes it in tokens, which are compared with it: there it is a GUID, and any case of its letters is accepted in requests.</summary>
    internal ClientId AtEntra() => Guid.TryParseExact(Value, "D", out Guid id) ? new ClientId(id.ToString("D")) : this;

    public override string ToString() => Value;
}
