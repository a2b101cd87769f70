"""Signing in for programs: a pair of JWT that lasts no longer than the sign-in behind them."""

from typing import Any

from flask import g, jsonify, make_response, request
from flask_appbuilder.api import expose, safe
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.schemas import login_post
from flask_jwt_extended import create_access_token, create_refresh_token, get_jwt, jwt_required
from marshmallow import ValidationError

from app.services.access.limits import WINDOW, TooManyAttemptsError
from app.views.security.visitors import COOKIE_KEY


class SignInApi(SecurityApi):
    """`/api/v1/security/login` and `/refresh`."""

    @expose("/login", methods=["POST"])
    @safe
    def login(self) -> Any:
        """Give an access token, and a refresh token when asked.
        ---
        post:
          description: Sign in with login and password
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    username: {type: string}
                    password: {type: string}
                    provider: {type: string, enum: [db]}
                    refresh: {type: boolean}
          responses:
            200:
              description: Signed in
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      access_token: {type: string}
                      refresh_token: {type: string}
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
            429:
              description: Too many failed attempts
        """  # noqa: D205 (the part below the line is OpenAPI)
        if not request.is_json:
            return self.response_400(message="Request payload is not JSON")
        try:
            given = login_post.load(request.json)
        except ValidationError as error:
            return self.response_400(message=error.messages)
        if given["provider"] != "db":
            return self.response_400(message="Unknown provider")
        manager = self.appbuilder.sm
        try:
            user = manager.auth_user_db(given["username"], given["password"])
        except TooManyAttemptsError as error:
            answer = make_response(jsonify(message=str(error)), 429)
            answer.headers["Retry-After"] = str(WINDOW.seconds)
            return answer
        if user is None:
            return self.response_401()
        g.api_sign_in = manager.begin_sign_in(user)
        tokens = {"access_token": create_access_token(identity=str(user.id), fresh=True)}
        if given.get("refresh"):
            tokens["refresh_token"] = create_refresh_token(identity=str(user.id))
        return self.response(200, **tokens)

    @expose("/refresh", methods=["POST"])
    @jwt_required(refresh=True)
    @safe
    def refresh(self) -> Any:
        """Give a new access token for a refresh token.
        ---
        post:
          description: Get a new access token
          responses:
            200:
              description: Refreshed
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      access_token: {type: string}
            401:
              $ref: '#/components/responses/401'
          security:
            - jwt_refresh: []
        """  # noqa: D205 (the part below the line is OpenAPI)
        facts = get_jwt()
        g.api_sign_in = facts[COOKIE_KEY]
        return self.response(200, access_token=create_access_token(identity=facts["sub"], fresh=False))
