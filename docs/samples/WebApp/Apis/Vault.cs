namespace WebApp.Apis;

/// <summary>The names of the secrets in a key vault, which wants a second factor of its users.</summary>
/// <param name="http">Sends the user's token, and answers a claims challenge.</param>
internal sealed class Vault(HttpClient http)
{
    internal async Task<IReadOnlyList<Item>> ListAsync(CancellationToken cancellationToken)
    {
        Secrets secrets = (await http.GetFromJsonAsync<Secrets>("secrets?api-version=7.4&maxresults=20", cancellationToken))!;
        return [.. secrets.Value.Select(static secret => new Item(secret.Id.Segments[^1], secret.Attributes.Enabled ? "enabled" : "disabled"))];
    }

    private sealed record Secrets(IReadOnlyList<Secret> Value);

    private sealed record Secret(Uri Id, Attributes Attributes);

    private sealed record Attributes(bool Enabled);
}
