using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Gatepass.Sdk;
using Data = System.Collections.Generic.Dictionary<string, object>;

/// <summary>
/// Runs a plan of scenarios with this client and writes what became of each call.
/// RunScenarios.exe sync|async; GATEPASS_PLAN and GATEPASS_OUTCOMES name the two files.
/// Their form is told in ../../scenarios/README.md.
/// </summary>
public static class RunScenarios
{
    private static readonly Regex Saved = new Regex(@"\$\{saved\.([a-z0-9_.]+)\}");

    private static readonly Dictionary<Type, string> Kinds = new Dictionary<Type, string>
    {
        [typeof(CannotConnectException)] = "cannot_connect",
        [typeof(TimedOutException)] = "timed_out",
        [typeof(ConnectionLostException)] = "connection_lost",
        [typeof(TruncatedAnswerException)] = "truncated",
        [typeof(UnreadableAnswerException)] = "unreadable",
        [typeof(ErrorResponseException)] = "operation_failed",
        [typeof(ApiException)] = "api_error",
    };

    /// <summary>Runs the whole plan.</summary>
    public static int Main(string[] words)
    {
        // All that the platform logs is logged: what is secret must not show even so.
        Trace.Listeners.Add(new TextWriterTraceListener(Console.Error));
        var plan = File.ReadAllText(Environment("GATEPASS_PLAN"));
        var outcomes = new Data();
        foreach (Data scenario in (List<object>)GatepassJson.Read<Data>(plan)["scenarios"])
        {
            outcomes[(string)scenario["name"]] = Run(scenario, words[0] == "sync");
        }
        File.WriteAllText(Environment("GATEPASS_OUTCOMES"), GatepassJson.Write(outcomes));
        return 0;
    }

    private static string Environment(string name)
    {
        return System.Environment.GetEnvironmentVariable(name);
    }

    /// <summary>Takes the steps of a scenario; returns the outcomes of each.</summary>
    private static List<object> Run(Data scenario, bool isSync)
    {
        var clients = new Dictionary<string, GatepassClient>();
        var saved = new Data();
        var outcomes = new List<object>();
        foreach (Data step in (List<object>)scenario["steps"])
        {
            if (step.ContainsKey("pause_seconds"))
            {
                Thread.Sleep(TimeSpan.FromSeconds(Convert.ToDouble(step["pause_seconds"])));
                outcomes.Add(new List<object>());
                continue;
            }
            var name = (string)step["client"];
            if (!clients.ContainsKey(name))
            {
                var given = ((Data)scenario["clients"])[name];
                clients[name] = ClientOf((Data)WithSaved(given, saved));
            }
            step["with"] = WithSaved(step["with"], saved);
            var calls = Enumerable.Range(0, (int)(long)step["times"])
                .Select(_ => Started(clients[name], step, isSync));
            var taken = Task.WhenAll(calls.ToList()).Result;
            outcomes.Add(taken);
            if (step.ContainsKey("save"))
            {
                if (taken[0].ContainsKey("failed"))
                {
                    break; // what follows needs it
                }
                saved[(string)step["save"]] = taken[0]["returned"];
            }
        }
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
        return outcomes;
    }

    /// <summary>Returns a client that is set up as the plan says.</summary>
    private static GatepassClient ClientOf(Data given)
    {
        var pause = TimeSpan.FromSeconds(Convert.ToDouble(given["first_pause_seconds"]));
        var builder = new GatepassClient.Builder()
            .BaseUrl((string)given["base_url"])
            .AuthRetries(new Retries { FirstPause = pause });
        if (given.ContainsKey("access_token"))
        {
            builder.AccessToken((string)given["access_token"]);
        }
        if (given.ContainsKey("timeout_seconds"))
        {
            var limit = TimeSpan.FromSeconds(Convert.ToDouble(given["timeout_seconds"]));
            builder.HttpClientConfig(http => http.Timeout(limit));
        }
        if (given.ContainsKey("credentials"))
        {
            var fields = (Data)given["credentials"];
            switch ((string)fields["kind"])
            {
                case "full":
                    builder.Credentials(As<FullTokenRequest>(fields));
                    break;
                case "object":
                    builder.Credentials(As<ObjectTokenRequest>(fields));
                    break;
                default:
                    builder.Credentials(As<CustomTokenRequest>(fields));
                    break;
            }
        }
        return builder.Build();
    }

    private static T As<T>(object given)
    {
        return GatepassJson.Read<T>(GatepassJson.Write(given ?? new Data()));
    }

    private static Task<Data> Started(GatepassClient client, Data step, bool isSync)
    {
        if (!isSync)
        {
            return Outcome(client, step, () => Call(client, (string)step["call"], step["with"]));
        }
        // Each call has a thread to itself: the pool's are few at first.
        return Task.Factory.StartNew(
            () => Outcome(
                client,
                step,
                () => Task.FromResult(CallNow(client, (string)step["call"], step["with"]))).Result,
            TaskCreationOptions.LongRunning);
    }

    private static async Task<Data> Outcome(GatepassClient client, Data step, Func<Task<object>> call)
    {
        Data told;
        try
        {
            var value = await call();
            told = Returned((string)step["call"] == "session.info", value);
        }
        catch (Exception error)
        {
            told = Failed(error);
        }
        ((List<object>)told["shown"]).Add(client.ToString());
        return told;
    }

    /// <summary>Returns a value by its names on the wire, and the ways in which it shows itself.</summary>
    private static Data Returned(bool isText, object value)
    {
        var shown = new List<object>();
        if (!isText)
        {
            shown.Add(Convert.ToString(value));
        }
        var text = isText ? (string)value : GatepassJson.Write(value);
        return new Data { ["returned"] = GatepassJson.Read<object>(text), ["shown"] = shown };
    }

    /// <summary>Returns what kind of failure it is, and all the ways in which it shows itself.</summary>
    private static Data Failed(Exception error)
    {
        Kinds.TryGetValue(error.GetType(), out var kind);
        var told = new Data { ["message"] = error.Message };
        var shown = new List<object> { error.ToString(), error.Data.Count.ToString() };
        if (error is RefusedException refused)
        {
            kind = "refused";
            told["status"] = refused.Status;
            told["code"] = refused.Code;
            shown.Add(refused.HttpContext.ToString());
        }
        if (error is ApiException api)
        {
            told["status"] = api.ResponseCode;
            told["error"] = (error as ErrorResponseException)?.Error;
            shown.Add(api.HttpContext.ToString());
        }
        told["kind"] = kind ?? error.GetType().Name;
        return new Data { ["failed"] = told, ["shown"] = shown };
    }

    /// <summary>Returns data in which what was saved stands.</summary>
    private static object WithSaved(object value, Data saved)
    {
        if (value is Data members)
        {
            return members.ToDictionary(one => one.Key, one => WithSaved(one.Value, saved));
        }
        return value is string text ? Saved.Replace(text, one => Found(saved, one.Groups[1].Value)) : value;
    }

    private static string Found(Data saved, string path)
    {
        object found = saved;
        foreach (var name in path.Split('.'))
        {
            found = ((Data)found)[name];
        }
        return (string)found;
    }

    private static async Task<object> Call(GatepassClient client, string call, object with)
    {
        var auth = client.Auth;
        var session = client.SessionController;
        switch (call)
        {
            case "auth.login":
                await auth.LoginAsync(As<LoginRequest>(with));
                return null;
            case "auth.logout":
                await auth.LogoutAsync();
                return null;
            case "auth.get_full_access_token":
                return await auth.GetFullAccessTokenAsync(As<FullTokenRequest>(with));
            case "auth.get_object_access_token":
                return await auth.GetObjectAccessTokenAsync(As<ObjectTokenRequest>(with));
            case "auth.get_custom_access_token":
                return await auth.GetCustomAccessTokenAsync(As<CustomTokenRequest>(with));
            case "auth.revoke_token":
                await auth.RevokeTokenAsync(As<RevokeTokenRequest>(with));
                return null;
            case "auth.validate_token":
                return await auth.ValidateTokenAsync(As<ValidateTokenRequest>(with));
            case "auth.get_current_user_info":
                return await auth.GetCurrentUserInfoAsync();
            case "auth.get_current_user_token":
                return await auth.GetCurrentUserTokenAsync();
            case "auth.configure_auth_settings":
                await auth.ConfigureAuthSettingsAsync(As<ConfigureAuthRequest>(with));
                return null;
            case "auth.search_auth_settings":
                return await auth.SearchAuthSettingsAsync(As<SearchAuthRequest>(with));
            case "session.info":
                return await session.GetSessionInfoAsync();
            case "session.login":
                return await session.LoginAsync(As<ApiRestV2SessionLoginRequest>(with));
            case "session.logout":
                return await session.LogoutAsync();
            case "session.token":
                return await session.GettokenAsync(As<ApiRestV2SessionGettokenRequest>(with));
            case "session.revoke":
                return await session.RevoketokenAsync();
            default:
                throw new ArgumentException(call);
        }
    }

    private static object CallNow(GatepassClient client, string call, object with)
    {
        var auth = client.Auth;
        var session = client.SessionController;
        switch (call)
        {
            case "auth.login":
                auth.Login(As<LoginRequest>(with));
                return null;
            case "auth.logout":
                auth.Logout();
                return null;
            case "auth.get_full_access_token":
                return auth.GetFullAccessToken(As<FullTokenRequest>(with));
            case "auth.get_object_access_token":
                return auth.GetObjectAccessToken(As<ObjectTokenRequest>(with));
            case "auth.get_custom_access_token":
                return auth.GetCustomAccessToken(As<CustomTokenRequest>(with));
            case "auth.revoke_token":
                auth.RevokeToken(As<RevokeTokenRequest>(with));
                return null;
            case "auth.validate_token":
                return auth.ValidateToken(As<ValidateTokenRequest>(with));
            case "auth.get_current_user_info":
                return auth.GetCurrentUserInfo();
            case "auth.get_current_user_token":
                return auth.GetCurrentUserToken();
            case "auth.configure_auth_settings":
                auth.ConfigureAuthSettings(As<ConfigureAuthRequest>(with));
                return null;
            case "auth.search_auth_settings":
                return auth.SearchAuthSettings(As<SearchAuthRequest>(with));
            case "session.info":
                return session.GetSessionInfo();
            case "session.login":
                return session.Login(As<ApiRestV2SessionLoginRequest>(with));
            case "session.logout":
                return session.Logout();
            case "session.token":
                return session.Gettoken(As<ApiRestV2SessionGettokenRequest>(with));
            case "session.revoke":
                return session.Revoketoken();
            default:
                throw new ArgumentException(call);
        }
    }
}
