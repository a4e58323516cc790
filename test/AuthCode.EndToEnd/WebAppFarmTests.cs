namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/WebApp on two instances behind a proxy, used by a user in a real browser.</summary>
internal sealed class WebAppFarmTests
{
    [Test]
    public async Task A_sign_in_that_begins_at_one_instance_ends_at_the_other_and_both_serve_the_user_with_one_token()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: sign in", farm.Address);

        Assert.That(farm.Aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }), "one code, one token for the vault");
    }

    [Test]
    public async Task A_user_stays_signed_in_when_an_instance_is_killed_and_when_it_comes_back()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: kill", farm.Address);

        Assert.That(farm.Aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }), "the instance that came back took the token from the store");
    }

    [Test]
    public async Task A_sign_out_at_one_instance_is_one_at_the_other()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: sign out", farm.Address);
    }

    private static async Task<WebAppFarm> StartAsync()
    {
        Browser.Require();
        return await WebAppFarm.StartAsync();
    }
}
