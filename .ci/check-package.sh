#!/usr/bin/env bash
# Zero MSAL, checked on what users get: packs the packages, uses them in scratch projects outside the repository, and
# fails when Microsoft.Identity.Client* is in a closure or an output where it must not be. Takes about a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=$PWD/artifacts/packages
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "check-package: $*" >&2; exit 1; }

# The output of a command only when it fails.
quietly() { "$@" > "$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "this failed: $*"; }; }

version_of() {
  local version
  version=$(sed -n "s/.*PackageVersion Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props | tail -n 1)
  [ -n "$version" ] || fail "Directory.Packages.props names no version of $1."
  echo "$version"
}

# --- The scan: a file is searched for the name; a folder for files of that name and in each of its deps.json.
scan() {
  [ -e "$1" ] || fail "there is nothing to scan at $1."
  if [ -d "$1" ]; then
    [ -n "$(find "$1" -name '*.deps.json')" ] || fail "there is no deps.json in $1."
    find "$1" -iname '*Microsoft.Identity.Client*'
    find "$1" -name '*.deps.json' -exec grep -il 'Microsoft\.Identity\.Client' {} + || true
  else
    grep -io 'Microsoft\.Identity\.Client[A-Za-z.]*' "$1" | sort -u || true
  fi
}
refuse() {
  local found
  found=$(scan "$2")
  [ -z "$found" ] || fail "MSAL is in $1:"$'\n'"$found"
  echo "  no MSAL in $1"
}
# A scan that cannot fail proves nothing: where MSAL must be, each kind of scan has to see it.
require() {
  local found
  found=$(scan "$2")
  [ "$(wc -l <<< "$found")" -ge "$3" ] || fail "the scan is broken: it does not see the MSAL that is in $1."
  echo "  the scan sees the MSAL in $1"
}

echo "== Pack"
# The scratch projects use a version that nobody else has, so that no package cached earlier stands in for this one.
version=0.0.0-check.$(date -u +%Y%m%d%H%M%S).$$
for project in AuthCode AuthCode.Extensions AuthCode.Redis AuthCode.AspNetCore AuthCode.Testing; do
  quietly dotnet pack "src/$project" -c Release -o "$packages"
  quietly dotnet pack "src/$project" -c Release --no-build -p:PackageVersion="$version" -o "$scratch/feed"
done
ls "$packages"

# No address: the machine's own sources, and this folder beside them. What is packed here goes to a packages folder of
# its own; everything else comes from the machine's folder without another download.
global=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: *//')
cat > "$scratch/nuget.config" <<EOF
<configuration>
  <fallbackPackageFolders><add key="machine" value="$global" /></fallbackPackageFolders>
  <packageSources><add key="authcode-check" value="feed" /></packageSources>
</configuration>
EOF
export NUGET_PACKAGES=$scratch/packages
mkdir -p "$global" "$scratch"/{only,newest,testing,extensions,redis,web}

echo "== What the packages hold"
cat > "$scratch/testing/testing.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks><NoWarn>NU1603</NoWarn></PropertyGroup>
  <ItemGroup><PackageReference Include="AuthCode.Testing" Version="$version" /></ItemGroup>
</Project>
EOF
cat > "$scratch/only/only.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks><OutputType>Exe</OutputType><UseAppHost>false</UseAppHost></PropertyGroup>
  <ItemGroup><PackageReference Include="AuthCode" Version="$version" /></ItemGroup>
</Project>
EOF
cat > "$scratch/extensions/extensions.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks><OutputType>Exe</OutputType><UseAppHost>false</UseAppHost></PropertyGroup>
  <ItemGroup><PackageReference Include="AuthCode.Extensions" Version="$version" /></ItemGroup>
</Project>
EOF
cat > "$scratch/redis/redis.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks></PropertyGroup>
  <ItemGroup><PackageReference Include="AuthCode.Redis" Version="$version" /></ItemGroup>
</Project>
EOF
cat > "$scratch/web/web.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFrameworks>net10.0;net8.0</TargetFrameworks></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="AuthCode.AspNetCore" Version="$version" />
    <PackageReference Include="AuthCode.Redis" Version="$version" />
  </ItemGroup>
</Project>
EOF
quietly dotnet restore "$scratch/web"
quietly dotnet restore "$scratch/testing"
quietly dotnet restore "$scratch/redis"
quietly dotnet restore "$scratch/extensions"
quietly dotnet restore "$scratch/only"
holds() {
  local id=$1 folder=$scratch/packages/${1,,}/$version file
  shift
  for file in README.md lib/net8.0/"$id".{dll,xml} lib/net10.0/"$id".{dll,xml} "$@"; do
    [ -s "$folder/$file" ] || fail "the package $id lacks $file."
  done
  echo "  $id is complete"
}
holds AuthCode build/AuthCode.targets buildTransitive/AuthCode.targets docs/troubleshooting.md
holds AuthCode.Extensions ConfigurationSchema.json build/AuthCode.Extensions.targets buildTransitive/AuthCode.Extensions.targets
schema=$(dotnet msbuild "$scratch/extensions" -p:TargetFramework=net10.0 -getItem:JsonSchemaSegment | sed -n 's/.*"FullPath": "\(.*ConfigurationSchema.json\)".*/\1/p')
[ -s "$schema" ] || fail "a project with AuthCode.Extensions has no schema of its configuration."
holds AuthCode.Redis
holds AuthCode.AspNetCore
holds AuthCode.Testing

echo "== (a) AuthCode alone: no MSAL anywhere"
cat > "$scratch/only/Program.cs" <<'EOF'
System.Console.WriteLine("  runs: " + typeof(AuthCode.AuthorizationCodeCredential).FullName + ", Azure.Core " + typeof(Azure.Core.TokenCredential).Assembly.GetName().Version);
EOF
quietly dotnet build "$scratch/only" --no-restore
dotnet list "$scratch/only" package --include-transitive | tee "$scratch/only/list"
refuse "the assets file (net10.0, net8.0)" "$scratch/only/obj/project.assets.json"
refuse "the list of packages (net10.0, net8.0)" "$scratch/only/list"
refuse "the net10.0 output" "$scratch/only/bin/Debug/net10.0"
refuse "the net8.0 output" "$scratch/only/bin/Debug/net8.0"
refuse "the closure of AuthCode.Extensions" "$scratch/extensions/obj/project.assets.json"
refuse "the closure of AuthCode.Redis" "$scratch/redis/obj/project.assets.json"
refuse "the closure of AuthCode.AspNetCore and AuthCode.Redis" "$scratch/web/obj/project.assets.json"
refuse "the closure of AuthCode.Testing" "$scratch/testing/obj/project.assets.json"
dotnet "$scratch/only/bin/Debug/net10.0/only.dll"

echo "== AuthCode.AspNetCore brings the analyzers of AuthCode"
cat > "$scratch/web/Program.cs" <<'EOF'
var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args);
Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Azure.Core.TokenCredential>(builder.Services, services => (AuthCode.UserCredential)services.GetService(typeof(AuthCode.UserCredential))!);
EOF
quietly dotnet build "$scratch/web" --no-restore "-flp:logfile=$scratch/web/log"
for framework in net10.0 net8.0; do
  grep -q "Program.cs(2,[0-9]*): warning AUTHCODE002: .*::TargetFramework=$framework" "$scratch/web/log" || fail "a project with AuthCode.AspNetCore gets no AUTHCODE002 ($framework)."
done
echo "  AUTHCODE002 (net10.0, net8.0)"

echo "== A worker with AuthCode.Extensions needs no ASP.NET Core"
cat > "$scratch/extensions/Program.cs" <<'EOF'
System.Console.WriteLine(typeof(AuthCode.AuthCodeBuilder).FullName);
EOF
quietly dotnet build "$scratch/extensions" --no-restore
needs_aspnetcore() { grep -q 'Microsoft\.AspNetCore\.App' "$1"; }
for framework in net10.0 net8.0; do
  needs_aspnetcore "$scratch/web/bin/Debug/$framework/web.runtimeconfig.json" || fail "the look is broken: it does not see the ASP.NET Core that a web application needs ($framework)."
  needs_aspnetcore "$scratch/extensions/bin/Debug/$framework/extensions.runtimeconfig.json" && fail "a worker with AuthCode.Extensions needs ASP.NET Core ($framework)."
  echo "  not with $framework"
done

echo "== (b) Beside the newest Azure SDK clients: AuthCodeExcludeMsal takes MSAL out"
cat > "$scratch/newest/newest.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><UseAppHost>false</UseAppHost></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="AuthCode" Version="$version" />
    <PackageReference Include="Azure.Core" Version="$(version_of Azure.Core)" />
    <PackageReference Include="Azure.Storage.Blobs" Version="$(version_of Azure.Storage.Blobs)" />
    <PackageReference Include="System.IO.Hashing" Version="$(version_of System.IO.Hashing)" />
  </ItemGroup>
</Project>
EOF
cat > "$scratch/newest/Program.cs" <<'EOF'
var blobs = new Azure.Storage.Blobs.BlobServiceClient(new System.Uri("https://account.blob.core.windows.net"), Azure.Core.DelegatedTokenCredential.Create((_, _) => default));
System.Console.WriteLine("  runs: " + blobs.AccountName + ", Azure.Core " + typeof(Azure.Core.TokenCredential).Assembly.GetName().Version);
EOF
output=$scratch/newest/bin/Debug/net10.0
publish=$scratch/newest/publish
# Two assemblies and one deps.json. Built without the property first: turning it on later has to be enough.
quietly dotnet build "$scratch/newest"
quietly dotnet publish "$scratch/newest" -c Debug -o "$publish"
dotnet list "$scratch/newest" package --include-transitive > "$scratch/newest/list"
require "the assets file, property off" "$scratch/newest/obj/project.assets.json" 2
require "the list of packages, property off" "$scratch/newest/list" 2
require "the output, property off" "$output" 3
require "the published folder, property off" "$publish" 3

quietly dotnet build "$scratch/newest" -p:AuthCodeExcludeMsal=true
refuse "the output, property on" "$output"
dotnet "$output/newest.dll"
quietly dotnet publish "$scratch/newest" -c Debug -p:AuthCodeExcludeMsal=true -o "$publish"
refuse "the published folder, property on" "$publish"
dotnet "$publish/newest.dll"

echo "== The packages are free of MSAL."
