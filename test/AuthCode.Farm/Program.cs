using AuthCode.Farm.Instances;

if (args is not ["instance", string settings])
{
    await Console.Error.WriteLineAsync("The tests of this project start it as an instance of a farm: dotnet test test/AuthCode.Farm");
    return 2;
}

return await Instance.RunAsync(InstanceSettings.Parse(settings));
