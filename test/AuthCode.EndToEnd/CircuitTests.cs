namespace AuthCode.EndToEnd;

/// <summary>Tokens of the user in a real Blazor circuit.</summary>
internal sealed class CircuitTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("circuits");

    public void Dispose() => _home.Delete(recursive: true);

    [Test]
    public async Task A_component_acts_for_its_user_across_an_expiry_a_consent_and_a_sign_out_elsewhere()
    {
        Browser.Require();
        await using SampleProcess app = await SampleProcess.StartAsync("AuthCode.Circuits", _home.FullName);

        await Browser.PlayAsync("circuit", app.OnLocalhost);
    }
}
