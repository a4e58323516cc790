using Azure.Core;

namespace AuthCode.Tests.Sessions;

/// <summary>A wall clock that is set back while a token is requested: nobody is shown an end that is later than the real one.</summary>
internal sealed class SetBackClockTests(bool isAsync) : BothWays(isAsync)
{
    private readonly SplitClock _time = new();

    [Test]
    public async Task The_first_caller_is_shown_the_end_by_the_clock_as_it_is_now()
    {
        var endpoint = new ScriptedEndpoint(Answer.Of(_ =>
        {
            _time.SetWall(-TimeSpan.FromHours(2));
            return new HttpResponseMessage { Content = new StringContent(Answer.TokenJson(), System.Text.Encoding.UTF8, "application/json") };
        }));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AccessToken token = await GetToken(credential);
        AccessToken cached = await GetToken(credential);

        DateTimeOffset end = _time.GetUtcNow() + The.Hour;
        Assert.Multiple(() =>
        {
            Assert.That(token.ExpiresOn, Is.EqualTo(end));
            Assert.That(token.RefreshOn, Is.EqualTo(end - TimeSpan.FromMinutes(5)));
            Assert.That((cached.ExpiresOn, cached.RefreshOn), Is.EqualTo((token.ExpiresOn, token.RefreshOn)));
        });
        endpoint.Verify();
    }
}
