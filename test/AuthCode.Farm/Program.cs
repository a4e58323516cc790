using AuthCode.Farm.Instances;
using AuthCode.Farm.Measuring;

switch (args)
{
    case ["instance", string settings]:
        return await Instance.RunAsync(InstanceSettings.Parse(settings));
    case ["measure"]:
        await StoreCosts.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("The tests of this project start it as an instance of a farm: dotnet test test/AuthCode.Farm. With the argument 'measure', it measures what a refresh costs with each store.");
        return 2;
}
