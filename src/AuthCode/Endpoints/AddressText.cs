namespace AuthCode;

/// <summary>What is said of an address that is not the one a request was made with. A server chooses it, so it can repeat what was sent.</summary>
internal static class AddressText
{
    /// <summary>The host of an address, without secrets of the request.</summary>
    internal static string? HostOf(Uri address, SecretRedactor secrets) => ServerText.Clean(secrets.Mask(address.IdnHost), ServerText.LongestWord);

    /// <summary>A sentence on a request that got no response and whose address was changed; <see langword="null"/> if it was not.</summary>
    internal static string? HintOf(HttpExchange exchange) => exchange.ChangedAddress is { } address
        ? $"The address of the request had been changed to {HostOf(address, new SecretRedactor(exchange.Form))}. The supplied HttpClient followed a redirect, or one of its handlers changes the address."
        : null;
}
