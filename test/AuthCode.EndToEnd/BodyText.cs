namespace AuthCode.EndToEnd;

/// <summary>Bodies of a server that the test itself started, as text.</summary>
internal static class BodyText
{
    internal static async Task<string> OfAsync(HttpContent content)
    {
        using var reader = new StreamReader(await content.ReadAsStreamAsync());
        return await reader.ReadToEndAsync();
    }
}
