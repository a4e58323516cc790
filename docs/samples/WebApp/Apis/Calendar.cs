namespace WebApp.Apis;

/// <summary>The calendar of a user, from Microsoft Graph.</summary>
/// <param name="http">Sends the user's token.</param>
internal sealed class Calendar(HttpClient http)
{
    internal async Task<IReadOnlyList<Item>> ListAsync(CancellationToken cancellationToken)
    {
        Events events = (await http.GetFromJsonAsync<Events>("me/events?$select=subject,start&$top=20", cancellationToken))!;
        return [.. events.Value.Select(static meeting => new Item(meeting.Subject, $"{meeting.Start.DateTime:dddd, HH:mm} UTC"))];
    }

    private sealed record Events(IReadOnlyList<Meeting> Value);

    private sealed record Meeting(string Subject, Start Start);

    private sealed record Start(DateTime DateTime);
}
